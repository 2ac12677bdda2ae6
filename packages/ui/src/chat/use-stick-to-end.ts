import { type RefObject, useCallback, useEffect, useRef, useState } from 'react'

export interface StickToEnd {
  scroller: RefObject<HTMLElement | null>
  content: RefObject<HTMLDivElement | null>
  isAtEnd: boolean
  scrollToEnd(): void
}

/** Within this distance of the end a reader counts as being there. */
const slackPx = 48

/** Keeps a scroller at its end while its content grows, until the reader scrolls up. */
export function useStickToEnd(): StickToEnd {
  const scroller = useRef<HTMLElement>(null)
  const content = useRef<HTMLDivElement>(null)
  const sticks = useRef(true)
  const [isAtEnd, setIsAtEnd] = useState(true)

  useEffect(() => {
    const element = scroller.current
    const inner = content.current
    if (element === null || inner === null) return
    let lastTop = element.scrollTop
    const onScroll = () => {
      const isNearEnd = element.scrollHeight - element.scrollTop - element.clientHeight < slackPx
      // Content that grew moves the end away; only a person moves the view up.
      if (isNearEnd) sticks.current = true
      else if (element.scrollTop < lastTop) sticks.current = false
      lastTop = element.scrollTop
      setIsAtEnd(isNearEnd || sticks.current)
    }
    const observer = new ResizeObserver(() => {
      if (sticks.current) element.scrollTop = element.scrollHeight
      else onScroll()
    })
    observer.observe(inner)
    observer.observe(element)
    element.addEventListener('scroll', onScroll, { passive: true })
    return () => {
      observer.disconnect()
      element.removeEventListener('scroll', onScroll)
    }
  }, [])

  const scrollToEnd = useCallback(() => {
    sticks.current = true
    setIsAtEnd(true)
    const element = scroller.current
    element?.scrollTo({ top: element.scrollHeight })
  }, [])
  return { scroller, content, isAtEnd, scrollToEnd }
}
