/** A conversation's first title: the beginning of what was said, at most 60 characters, cut between words. */
export function titleOf(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim()
  const characters = Array.from(line)
  if (characters.length <= 60) return line
  const cut = characters.slice(0, 59).join('')
  const lastSpace = cut.lastIndexOf(' ')
  return `${lastSpace > 30 ? cut.slice(0, lastSpace) : cut}…`
}
