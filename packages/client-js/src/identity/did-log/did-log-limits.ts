/** What a reader takes before it gives up. @see spec/did-lumos.md#limits */
export const didLogLimits = {
  /** Of the JSON that a log is read from: more than a full one takes. */
  maxLogBytes: 512 * 1024,
  maxOperations: 256,
  /** From this index on only recovery keys may sign: a stolen device cannot fill the log. */
  maxDeviceOperations: 224,
  maxDevices: 16,
  maxRecoveryKeys: 5,
  maxDepth: 4,
} as const

/** How long a stronger branch may replace what a store has seen. @see spec/did-lumos.md#forks */
export const recoveryWindowMs = 72 * 60 * 60 * 1000
