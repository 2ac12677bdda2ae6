import { LumosError } from '../../contracts/index.ts'
import { isAddress, isPrivateAddress, isPrivateName } from './private-address.ts'

export interface FetchPolicyOptions {
  /** Hosts: `example.com`, `*.example.com` for its subdomains, `*` for any public one. @default none */
  allow: readonly string[]
  /** Also plain http. @default false */
  allowHttp?: boolean
  /** Also this machine and its own network, where their host is in `allow` by name. @default false */
  allowPrivate?: boolean
  /** IP addresses of a host name; `[]` where the platform does not tell. */
  resolveHost: (name: string) => Promise<string[]>
}

/** Decides about each address before it is asked, redirects included. */
export class FetchPolicy {
  readonly #options: FetchPolicyOptions

  constructor(options: FetchPolicyOptions) {
    this.#options = options
  }

  /** @throws {LumosError} `forbidden`, with what would allow it; `invalid-request` for what is no web address */
  async check(url: URL): Promise<void> {
    const { allow, allowHttp = false, allowPrivate = false } = this.#options
    const host = url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '')
    if (url.protocol !== 'https:' && url.protocol !== 'http:') {
      throw new LumosError('invalid-request', 'Only http and https addresses can be fetched.')
    }
    if (url.protocol === 'http:' && !allowHttp) {
      throw forbidden('Only https addresses may be fetched. The node’s operator can set allowHttp.')
    }
    if (url.username !== '' || url.password !== '') {
      throw forbidden('An address with a password in it may not be fetched.')
    }
    if (!allow.some(pattern => matches(pattern.toLowerCase(), host))) {
      const allowed = allow.length === 0 ? 'none' : allow.join(', ')
      throw forbidden(
        `${host} is not among the allowed hosts (${allowed}). The operator can add it to allow.`,
      )
    }
    if (allowPrivate && allow.includes(host)) return
    if (await this.#isPrivate(host)) {
      throw forbidden(`${host} is in a private network. The operator can set allowPrivate and name the host.`)
    }
  }

  async #isPrivate(host: string): Promise<boolean> {
    if (isAddress(host)) return isPrivateAddress(host)
    if (isPrivateName(host)) return true
    let addresses: string[]
    try {
      addresses = await this.#options.resolveHost(host)
    } catch (cause) {
      throw new LumosError('dial-failed', `There is no host ${host}.`, { cause, retryable: false })
    }
    return addresses.some(isPrivateAddress)
  }
}

function matches(pattern: string, host: string): boolean {
  if (pattern === '*') return true
  if (pattern.startsWith('*.')) return host.endsWith(pattern.slice(1)) && host.length > pattern.length - 1
  return pattern === host
}

function forbidden(message: string): LumosError {
  return new LumosError('forbidden', message)
}
