/** Gives the person a file to keep. */
export function saveFile(name: string, ...[parts, options]: ConstructorParameters<typeof Blob>): void {
  const url = URL.createObjectURL(new Blob(parts, options))
  Object.assign(document.createElement('a'), { href: url, download: name }).click()
  URL.revokeObjectURL(url)
}
