/** The end of a list that grows: where it comes into view, the next page is asked for. */

import { useEffect, useRef } from 'preact/hooks'

export function End({ more }: { more: () => void }) {
  const element = useRef<HTMLDivElement>(null)
  const latest = useRef(more)
  latest.current = more
  useEffect(() => {
    if (element.current === null) return
    const watcher = new IntersectionObserver((seen) => {
      if (seen.some((one) => one.isIntersecting)) latest.current()
    })
    watcher.observe(element.current)
    return () => watcher.disconnect()
  })
  return <div ref={element} />
}
