import { createClient } from '@lomusai/client-js'

const baseUrl = new URLSearchParams(location.search).get('server') ?? 'http://127.0.0.1:4111'
const client = createClient({ baseUrl })

const form = document.querySelector('form') as HTMLFormElement
const tools = document.querySelector('ul') as HTMLUListElement
const output = document.querySelector('output') as HTMLOutputElement

form.addEventListener('submit', async event => {
  event.preventDefault()
  tools.replaceChildren()
  output.value = ''
  const question = new FormData(form).get('question') as string
  try {
    const stream = await client.getAgent('assistant').stream(question)
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
  } catch (error) {
    output.value = (error as Error).message
  }
})
