/** What is near the part of the page that is seen, so that it is fetched, and what is in it, so that it moves. */

import type { RefObject } from 'preact'
import { useEffect, useState } from 'preact/hooks'

const NEAR_PX = 900 // around what is seen

type Hear = (inside: boolean) => void

/** Tells elements by one observer for all of them. */
class Watch {
  private readonly hearers = new WeakMap<Element, Hear>()
  private readonly observer: IntersectionObserver

  constructor(options: IntersectionObserverInit) {
    this.observer = new IntersectionObserver((entries) => {
      for (const { target, isIntersecting } of entries) this.hearers.get(target)?.(isIntersecting)
    }, options)
  }

  add(element: Element, hear: Hear): () => void {
    this.hearers.set(element, hear)
    this.observer.observe(element)
    return () => {
      this.observer.unobserve(element)
      this.hearers.delete(element)
    }
  }
}

let nearWatch: Watch | undefined
let seenWatch: Watch | undefined

/** Say whether an element was ever near what is seen. */
export function useNear(element: RefObject<Element | null>): boolean {
  const [near, setNear] = useState(false)
  useEffect(() => {
    const watched = element.current
    if (watched === null || near) return undefined
    nearWatch ??= new Watch({ rootMargin: `${NEAR_PX}px` })
    return nearWatch.add(watched, (inside) => {
      if (inside) setNear(true)
    })
  }, [near])
  return near
}

/** Say whether most of an element is seen now, on a page that is in front. */
export function useSeen(element: RefObject<Element | null>): boolean {
  const [seen, setSeen] = useState(false)
  const [front, setFront] = useState(document.visibilityState === 'visible')
  useEffect(() => {
    const watched = element.current
    if (watched === null) return undefined
    seenWatch ??= new Watch({ threshold: 0.5 })
    const turned = (): void => setFront(document.visibilityState === 'visible')
    document.addEventListener('visibilitychange', turned)
    const leave = seenWatch.add(watched, setSeen)
    return () => {
      document.removeEventListener('visibilitychange', turned)
      leave()
    }
  }, [])
  return seen && front
}

/** Say whether pictures may move by themselves: not where the person asked for less motion or less data. */
export function mayMove(): boolean {
  const { connection } = navigator as { connection?: { saveData?: boolean } }
  return !matchMedia('(prefers-reduced-motion: reduce)').matches && connection?.saveData !== true
}
