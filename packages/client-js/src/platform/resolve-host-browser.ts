/** A page cannot look names up; the browser's own rules (CORS, private network access) stand in. */
export async function resolveHost(_name: string): Promise<string[]> {
  return []
}
