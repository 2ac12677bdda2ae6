/** Node tells nobody of its network: connections that fail do. */
export function watchNetwork(): () => void {
  return () => {}
}
