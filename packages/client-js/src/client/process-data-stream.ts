import {
  type FinishReason,
  type JsonObject,
  type JsonValue,
  LumosError,
  type RunEvent,
  type TokenUsage,
} from '../contracts/index.ts'

/** What to do with each part of an answer. */
export interface DataStreamHandlers {
  onTextPart?(text: string): void | Promise<void>
  onToolCallPart?(part: { toolCallId: string; toolName: string; args: JsonObject }): void | Promise<void>
  onToolResultPart?(part: {
    toolCallId: string
    toolName: string
    result: JsonValue
    isError: boolean
  }): void | Promise<void>
  onFinishMessagePart?(part: { finishReason: FinishReason; usage: TokenUsage }): void | Promise<void>
  /** The run failed. */
  onErrorPart?(error: LumosError): void | Promise<void>
  /** The answer begins again: at another place, or after its node came back. Drop the text since `step` began. */
  onRestartPart?(part: { step: number }): void | Promise<void>
}

/** Resolves when every part was handled, one after the other. */
export async function processDataStream(
  events: AsyncIterable<RunEvent>,
  handlers: DataStreamHandlers,
): Promise<void> {
  let finishReason: FinishReason = 'other'
  let lastStep = 0
  for await (const event of events) {
    if (event.type === 'text-delta') await handlers.onTextPart?.(event.text)
    else if (event.type === 'tool-called') {
      const { toolCallId, name: toolName, arguments: args } = event
      await handlers.onToolCallPart?.({ toolCallId, toolName, args })
    } else if (event.type === 'tool-finished') {
      const { toolCallId, name: toolName, result, isError } = event
      await handlers.onToolResultPart?.({ toolCallId, toolName, result, isError })
    } else if (event.type === 'step-started') {
      if (event.step <= lastStep) await handlers.onRestartPart?.({ step: event.step })
      lastStep = event.step
    } else if (event.type === 'step-finished') finishReason = event.finishReason
    else if (event.type === 'run-finished') {
      if (event.error !== undefined) await handlers.onErrorPart?.(LumosError.from(event.error))
      else await handlers.onFinishMessagePart?.({ finishReason, usage: event.usage })
    }
  }
}
