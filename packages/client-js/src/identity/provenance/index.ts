export { signAgentCard, verifyAgentCard } from './agent-card-signature.ts'
export { contentCid } from './content-cid.ts'
export { type AgentIdentity, createRunRecorder, type RunRecorderOptions, recordRun } from './record-run.ts'
export { type ReplayRunOptions, type RunReplay, replayRun } from './replay-run.ts'
export {
  type RunRecordIssue,
  type RunRecordProblem,
  type RunRecordReport,
  type VerifyRunRecordOptions,
  verifyRunRecord,
} from './verify-run-record.ts'
