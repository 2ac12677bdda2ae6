import type { GenerateRequest } from '../../contracts/index.ts'
import type { ChatTemplate } from './chat-template.ts'
import type { ChatTokenizer } from './chat-tokenizer.ts'

/** How a model reads a conversation: its template and its tokenizer. */
export interface ChatFormat {
  tokenizer: ChatTokenizer
  template: ChatTemplate
}

export interface ChatPrompt {
  ids: number[]
  toolNames: string[]
  /** The prompt ends with the opening tag of a call, because one was demanded. */
  startsInCall: boolean
}

/** The tokens a model continues with its answer to `request`. */
export function createPrompt({ tokenizer, template }: ChatFormat, request: GenerateRequest): ChatPrompt {
  const tools = request.toolChoice === 'none' ? [] : (request.tools ?? [])
  const startsInCall = request.toolChoice === 'required' && tools.length > 0
  const text = template.render(request.messages, tools, request.answerSoFar)
  return {
    ids: tokenizer.encode(startsInCall ? `${text}<tool_call>` : text),
    toolNames: tools.map(tool => tool.name),
    startsInCall,
  }
}
