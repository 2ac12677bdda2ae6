import { createClient } from '@lomusai/client-js'
import { createLocalNode } from '@lomusai/client-js/presets/browser'

const node = await createLocalNode({
  worker: '/inference-worker.js',
  models: {
    embedded: { url: '/models/lumos-nano/' },
    wasmUrl: new URL('/ort/', location.href).href,
    hub: false,
  },
})
await node.start()
const client = createClient({ host: node.host, identity: node.identity })

const form = document.querySelector('form') as HTMLFormElement
const tools = document.querySelector('ul') as HTMLUListElement
const output = document.querySelector('output') as HTMLOutputElement
const where = document.querySelector('p') as HTMLParagraphElement

form.addEventListener('submit', async event => {
  event.preventDefault()
  tools.replaceChildren()
  output.value = ''
  const stream = await client.getAgent('assistant').stream(new FormData(form).get('question') as string)
  await stream.processDataStream({
    onToolCallPart: ({ toolName }) => {
      const item = document.createElement('li')
      item.textContent = toolName
      tools.append(item)
    },
    onTextPart: text => {
      output.value += text
    },
  })
  const { place, modelId, device } = await stream.result
  where.textContent = `${modelId} on ${device}, ${place.kind}`
})
