/** What of one kind was pasted, in any number: mails break a code into lines, and people write names before it. */
export function tokensIn(text: string, kind: 'lumos-guardian/1' | 'lumos-sealed-share/1'): string[] {
  return text.match(new RegExp(`${kind}:[\\w-]+(?:\\r?\\n[\\w-]+(?=\\s*?(?:\\r?\\n|$)))*`, 'g')) ?? []
}
