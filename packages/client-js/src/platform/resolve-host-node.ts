import { lookup } from 'node:dns/promises'

export async function resolveHost(name: string): Promise<string[]> {
  const addresses = await lookup(name, { all: true })
  return addresses.map(({ address }) => address)
}
