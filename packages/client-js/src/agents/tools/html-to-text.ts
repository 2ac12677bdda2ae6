const skipped = new Set([
  'script',
  'style',
  'noscript',
  'template',
  'svg',
  'head',
  'iframe',
  'object',
  'canvas',
])
const blocks = new Set(
  'address article aside blockquote br dd div dl dt figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section table tr ul'.split(
    ' ',
  ),
)
const entities: Record<string, string> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  hellip: '…',
  mdash: '—',
  ndash: '–',
  lsquo: '‘',
  rsquo: '’',
  ldquo: '“',
  rdquo: '”',
  copy: '©',
  euro: '€',
  middot: '·',
}

/**
 * What a person would read on the page, a line per block. For a model to read, never to render: it makes nothing
 * safe. Looks at each character once, whatever the markup.
 */
export function htmlToText(html: string): string {
  let text = titleOf(html)
  let position = 0
  while (position < html.length) {
    const open = html.indexOf('<', position)
    if (open === -1) {
      text += decodeEntities(html.slice(position))
      break
    }
    text += decodeEntities(html.slice(position, open))
    const tag = readTag(html, open)
    if (tag === undefined) {
      text += '<'
      position = open + 1
      continue
    }
    position = tag.end
    if (tag.isOpening && skipped.has(tag.name)) position = skipElement(html, position, tag.name)
    else if (tag.name === 'li' && tag.isOpening) text += '\n- '
    else if (tag.name === 'td' || tag.name === 'th') text += ' '
    else if (blocks.has(tag.name)) text += '\n'
  }
  return tidy(text)
}

interface Tag {
  name: string
  isOpening: boolean
  /** Index behind the tag. */
  end: number
}

function readTag(html: string, start: number): Tag | undefined {
  if (html.startsWith('<!--', start)) {
    const end = html.indexOf('-->', start + 4)
    return { name: '!--', isOpening: false, end: end === -1 ? html.length : end + 3 }
  }
  const name = /^<(\/?)([a-z][a-z0-9-]{0,31}|[!?])/i.exec(html.slice(start, start + 40))
  if (name === null) return undefined
  const end = endOfTag(html, start)
  const isSelfClosed = html[end - 2] === '/'
  return { name: (name[2] ?? '').toLowerCase(), isOpening: name[1] === '' && !isSelfClosed, end }
}

/** A `>` inside a quoted attribute does not end the tag. */
function endOfTag(html: string, start: number): number {
  let quote = ''
  for (let index = start + 1; index < html.length; index++) {
    const character = html[index] as string
    if (quote !== '') {
      if (character === quote) quote = ''
    } else if (character === '>') return index + 1
    else if ((character === '"' || character === "'") && html[index - 1] === '=') quote = character
  }
  return html.length
}

/** Text of scripts and the like is not markup: only their own end tag ends them. */
function skipElement(html: string, start: number, name: string): number {
  const pattern = new RegExp(`</${name}[\\s/>]`, 'gi')
  pattern.lastIndex = start
  const match = pattern.exec(html)
  return match === null ? html.length : endOfTag(html, match.index)
}

function titleOf(html: string): string {
  const match = /<title[^>]{0,256}>([^<]{1,512})/i.exec(html.slice(0, 65_536))
  return match === null ? '' : `${decodeEntities(match[1] ?? '').trim()}\n\n`
}

function decodeEntities(text: string): string {
  return text.replace(/&(#x?[\da-f]{1,6}|[a-z]{2,8});/gi, (whole, name: string) => {
    if (!name.startsWith('#')) return entities[name.toLowerCase()] ?? whole
    const isHex = name[1] === 'x' || name[1] === 'X'
    const code = Number.parseInt(name.slice(isHex ? 2 : 1), isHex ? 16 : 10)
    const isCharacter = code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff)
    return isCharacter ? String.fromCodePoint(code) : whole
  })
}

function tidy(text: string): string {
  const lines = text.split('\n').map(line => line.replace(/\s+/g, ' ').trim())
  return lines
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim()
}
