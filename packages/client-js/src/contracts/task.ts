import type { RunId, ThreadId } from './ids.ts'
import type { JsonObject } from './json.ts'
import type { Message, Part } from './message.ts'

/** @see A2A 1.0, TaskState */
export type TaskState =
  | 'TASK_STATE_SUBMITTED'
  | 'TASK_STATE_WORKING'
  | 'TASK_STATE_COMPLETED'
  | 'TASK_STATE_FAILED'
  | 'TASK_STATE_CANCELED'
  | 'TASK_STATE_INPUT_REQUIRED'
  | 'TASK_STATE_REJECTED'
  | 'TASK_STATE_AUTH_REQUIRED'

/** States from which a run never moves again. */
export type TerminalTaskState = Extract<
  TaskState,
  'TASK_STATE_COMPLETED' | 'TASK_STATE_FAILED' | 'TASK_STATE_CANCELED' | 'TASK_STATE_REJECTED'
>

/** @see A2A 1.0, TaskStatus */
export interface TaskStatus {
  state: TaskState
  message?: Message
  /** ISO 8601, UTC. */
  timestamp: string
}

/** @see A2A 1.0, Artifact */
export interface Artifact {
  artifactId: string
  name?: string
  description?: string
  parts: Part[]
  metadata?: JsonObject
  extensions?: string[]
}

/** A run as A2A shows it. @see A2A 1.0, Task */
export interface Task {
  id: RunId
  contextId: ThreadId
  status: TaskStatus
  artifacts?: Artifact[]
  history?: Message[]
  metadata?: JsonObject
}
