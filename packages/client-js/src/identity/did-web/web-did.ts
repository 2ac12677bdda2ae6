import { LumosError, type PrincipalDid } from '../../contracts/index.ts'

// A name whose last label is none of an address; of addresses only this machine's. Lower case, as URLs are.
const pattern = /^did:web:(127\.0\.0\.1|localhost|([a-z0-9-]+\.)+[a-z][a-z0-9-]*)(%3A\d{1,5})?(:[\w.~-]+)*$/

/** Whether `value` has the form of a did:web of at most 512 characters. */
export function isWebDid(value: unknown): value is PrincipalDid {
  return typeof value === 'string' && value.length <= 512 && pattern.test(value) && urlOf(value) !== undefined
}

/**
 * Where the document of a did:web is: `/.well-known/did.json` of its host, or `did.json` below its path. Plain HTTP
 * for this machine, https for all others.
 *
 * @throws {LumosError} `invalid-request`
 * @see did:web Method Specification, Read
 */
export function webDidUrl(did: PrincipalDid): URL {
  const url = isWebDid(did) ? urlOf(did) : undefined
  if (url === undefined) throw new LumosError('invalid-request', `Not a did:web: ${did.slice(0, 80)}`)
  return url
}

/**
 * The did:web of a place on the web.
 *
 * @param url - of an organisation's host, with the path below which its `did.json` is, if not the host's own
 * @throws {LumosError} `invalid-request` for a URL that has no did:web
 */
export function webDid(url: string | URL): PrincipalDid {
  const { host, pathname } = new URL(url)
  const path = pathname.split('/').filter(part => part !== '')
  const did = `did:web:${[host.replace(':', '%3A'), ...path].join(':')}`
  if (!isWebDid(did)) throw new LumosError('invalid-request', `There is no did:web for ${url}.`)
  return did
}

function urlOf(did: string): URL | undefined {
  const [host = '', ...path] = did.slice('did:web:'.length).split(':')
  const name = host.replace('%3A', ':')
  const scheme = /^(localhost|127\.0\.0\.1)(:|$)/.test(name) ? 'http' : 'https'
  const place = path.length === 0 ? '.well-known' : path.join('/')
  const text = `${scheme}://${name}/${place}/did.json`
  if (!URL.canParse(text)) return undefined
  const url = new URL(text)
  // Whatever the URL parser changed, another reader might understand differently: upper case, odd numbers, `..`.
  return url.href === text || url.href === text.replace(/:(443|80)\//, '/') ? url : undefined
}
