import type { Lumos } from './lumos.ts'

/** Tells when this page has become somebody else, whose conversations are others. */
export function whenSomebodyElse({ me }: Lumos, act: () => void): void {
  let known: string | undefined
  me.state.subscribe(() => {
    const current = me.state.get()
    if (current.state === 'opening') return
    const did = current.state === 'person' ? current.person.did : ''
    if (known !== undefined && did !== known) act()
    known = did
  })
}
