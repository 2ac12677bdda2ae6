import { type Clock, LumosError, type Tool } from '../../contracts/index.ts'
import { createSystemClock } from '../../core/index.ts'

export interface ClockToolOptions {
  /** @default the machine's clock */
  clock?: Clock
  /** IANA name, used when a call names none. @default the machine's time zone */
  timezone?: string
}

/** Tells date and time anywhere, for instance `Tuesday 24 November 2026, 14:05:09 (Asia/Tokyo, UTC+09:00)`. */
export function clock(options: ClockToolOptions = {}): Tool {
  const source = options.clock ?? createSystemClock()
  return {
    name: 'clock',
    description: 'Tells the current date and time, here or in a time zone such as Asia/Tokyo.',
    parameters: {
      type: 'object',
      properties: { timezone: { type: 'string', description: 'IANA name, for example Europe/Paris' } },
      additionalProperties: false,
    },
    idempotent: true,
    async execute(args) {
      const asked = typeof args.timezone === 'string' ? args.timezone.trim() : ''
      const timezone = asked === '' ? (options.timezone ?? localTimezone()) : resolveTimezone(asked)
      return tellTime(source.now(), timezone)
    },
  }
}

function localTimezone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone
}

/** Put together from parts: the ready-made styles differ between versions of the platform's locale data. */
function tellTime(now: number, timezone: string): string {
  const formatter = new Intl.DateTimeFormat('en-GB', {
    timeZone: timezone,
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'longOffset',
  })
  const parts = new Map(formatter.formatToParts(now).map(({ type, value }) => [type, value]))
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? ''
  const date = `${part('weekday')} ${part('day')} ${part('month')} ${part('year')}`
  const time = `${part('hour')}:${part('minute')}:${part('second')}`
  const offset = part('timeZoneName').replace('GMT', 'UTC').replace('+00:00', '')
  return `${date}, ${time} (${timezone}, ${offset})`
}

/**
 * `Asia/Tokyo`, `asia/tokyo` and, where only one zone has that city, `Tokyo` or a region it is not in: small models
 * know cities better than regions, and the answer names the zone that was meant.
 */
function resolveTimezone(name: string): string {
  try {
    return new Intl.DateTimeFormat('en-GB', { timeZone: name }).resolvedOptions().timeZone
  } catch {
    const wanted = plain(name)
    const city = wanted.split('/').at(-1) ?? wanted
    const zones = Intl.supportedValuesOf('timeZone')
    const cities = zones.filter(zone => zone.toLowerCase().endsWith(`/${city}`))
    if (cities[0] !== undefined && cities.length === 1) return cities[0]
    const similar = zones.filter(zone => zone.toLowerCase().includes(wanted)).slice(0, 5)
    const hint = similar.length > 0 ? similar.join(', ') : 'Europe/Paris, Asia/Tokyo, America/New_York, UTC'
    throw new LumosError('invalid-request', `There is no time zone "${name.slice(0, 64)}". Try: ${hint}.`)
  }
}

/** `São Paulo` as zones spell it. */
function plain(name: string): string {
  return name.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().replaceAll(' ', '_')
}
