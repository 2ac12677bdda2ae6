/** One line about something that just failed. Nothing while all is well. */
export function Problem({ text }: { text: string | undefined }) {
  if (text === undefined) return null
  return (
    <p role="alert" className="fade-in w-full text-sm text-danger">
      {text}
    </p>
  )
}
