/** Larger than the welcome of a thousand members: 1 MiB. */
export const maxMlsBytes = 1024 * 1024
