import { createClient } from '@lomusai/client-js'
import { createLocalNode } from '@lomusai/client-js/presets/node'

const question = process.argv[2] ?? 'What is 23 × 19?'
const baseUrl = process.env.LUMOS_URL

// With LUMOS_URL the agent runs on that server, else in this process: nothing below knows which.
const node = baseUrl === undefined ? await createLocalNode() : undefined
await node?.start()
const client = createClient({ host: node?.host, baseUrl })

const stream = await client.getAgent('assistant').stream(question)
await stream.processDataStream({
  onToolCallPart: ({ toolName, args }) => console.log(`→ ${toolName} ${JSON.stringify(args)}`),
  onToolResultPart: ({ result }) => console.log(`← ${JSON.stringify(result)}`),
  onTextPart: text => void process.stdout.write(text),
})
const { place, modelId } = await stream.result
console.log(`\n(${modelId}, ${place.kind})`)

await client.stop()
await node?.stop()
