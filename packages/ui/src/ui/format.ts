/** 7.6 MB, in the reader's language. */
export function formatBytes(sizeBytes: number, language: string): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const
  const power = sizeBytes < 1 ? 0 : Math.min(3, Math.floor(Math.log10(sizeBytes) / 3))
  const value = sizeBytes / 1000 ** power
  const maximumFractionDigits = value < 10 && power > 0 ? 1 : 0
  const style = { style: 'unit', unit: units[power], unitDisplay: 'short', maximumFractionDigits } as const
  return new Intl.NumberFormat(language, style as Intl.NumberFormatOptions).format(value)
}

/** 240 ms, or 1.4 s from one second on. */
export function formatDuration(durationMs: number, language: string): string {
  const isLong = durationMs >= 1000
  return new Intl.NumberFormat(language, {
    style: 'unit',
    unit: isLong ? 'second' : 'millisecond',
    unitDisplay: 'short',
    maximumFractionDigits: isLong ? 1 : 0,
  }).format(isLong ? durationMs / 1000 : durationMs)
}

/** 14:03:22 today, with the date otherwise. */
export function formatTime(timeMs: number, language: string): string {
  const date = new Date(timeMs)
  const isToday = date.toDateString() === new Date().toDateString()
  return new Intl.DateTimeFormat(language, {
    ...(isToday ? {} : { dateStyle: 'short' }),
    timeStyle: isToday ? 'medium' : 'short',
  }).format(date)
}

/** The beginning and the end of a long name. */
export function shorten(text: string, length = 20): string {
  if (text.length <= length) return text
  const half = Math.floor((length - 1) / 2)
  return `${text.slice(0, half)}…${text.slice(-half)}`
}
