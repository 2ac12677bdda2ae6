import { Template } from '@huggingface/jinja'
import { type ChatMessage, LumosError, type ToolDefinition } from '../../contracts/index.ts'
import { describeToolsInMessages } from './tool-prompt.ts'

export interface ChatTemplateOptions {
  /** Jinja, as in `tokenizer_config.json` or `chat_template.jinja`. */
  source: string
  bosToken: string
  eosToken: string
  /** Control tokens as text; what people write must not turn into them. Longest first. */
  controlTexts: readonly string[]
}

/** The prompt form of models that come without a template. */
export const chatMlTemplate = `{% for message in messages %}<|im_start|>{{ message.role }}
{{ message.content }}<|im_end|>
{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant
{% endif %}`

/** Turns a conversation into the text a model was trained to continue. */
export class ChatTemplate {
  readonly #template: Template
  readonly #options: ChatTemplateOptions
  /** The template itself lists tools; otherwise they are described in the system message. */
  readonly supportsTools: boolean

  /** @throws {LumosError} `model-unavailable` for a template that does not parse */
  constructor(options: ChatTemplateOptions) {
    this.#options = options
    this.supportsTools = /\btools\b/.test(options.source)
    try {
      this.#template = new Template(options.source)
    } catch (cause) {
      throw new LumosError('model-unavailable', 'The chat template of the model does not parse.', { cause })
    }
  }

  /**
   * @param answerSoFar - how the answer begins
   * @throws {LumosError} `inference-failed` when the template refuses the conversation
   */
  render(messages: ChatMessage[], tools: ToolDefinition[], answerSoFar = ''): string {
    const safe = this.#clean({ messages, tools })
    const turns = this.supportsTools ? safe.messages : describeToolsInMessages(safe.messages, safe.tools)
    const { bosToken, eosToken } = this.#options
    const variables = {
      messages: turns.map(templateMessage),
      ...(this.supportsTools && tools.length > 0 && { tools: safe.tools.map(templateTool) }),
      add_generation_prompt: true,
      bos_token: bosToken,
      eos_token: eosToken,
    }
    try {
      return this.#template.render(variables) + this.#withoutControls(answerSoFar)
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause)
      throw new LumosError('inference-failed', `The chat template refused the conversation: ${reason}`, {
        cause,
      })
    }
  }

  /**
   * The same with a space inside each control token of every text, so that nothing a person or a tool wrote
   * ends its own turn and forges the next.
   */
  #clean<T>(value: T): T {
    if (typeof value === 'string') return this.#withoutControls(value) as T
    if (Array.isArray(value)) return value.map(item => this.#clean(item)) as T
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, this.#clean(item)])) as T
  }

  #withoutControls(content: string): string {
    let text = content
    for (const control of this.#options.controlTexts) {
      if (control.length > 1) text = text.replaceAll(control, `${control.slice(0, 1)} ${control.slice(1)}`)
    }
    return text
  }
}

function templateTool({ name, description, parameters }: ToolDefinition) {
  return { type: 'function', function: { name, description, parameters } }
}

function templateMessage(message: ChatMessage): Record<string, unknown> {
  if (message.role === 'tool') {
    return { role: 'tool', name: message.name, content: message.content, tool_call_id: message.toolCallId }
  }
  if (message.role !== 'assistant' || !message.toolCalls?.length) {
    return { role: message.role, content: message.content }
  }
  const calls = message.toolCalls.map(({ toolCallId, name, argumentsText }) => ({
    id: toolCallId,
    type: 'function',
    function: { name, arguments: parsedArguments(argumentsText) },
  }))
  return { role: 'assistant', content: message.content, tool_calls: calls }
}

/** Templates print arguments with `tojson`, so they want the object; broken JSON stays text. */
function parsedArguments(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
