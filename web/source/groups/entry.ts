/** The link by which this page was opened: kept until somebody is logged in, and taken out of the address. */

import { signal } from '@preact/signals'

import { about } from '../store.ts'
import { type Target, targetOf, targetOfPath } from './addresses.ts'

/** Where the address led; null: nowhere in particular. */
export const entry = signal<Target | null>(null)

/** Look at the address once: what it names belongs into no history. */
export function takeEntry(): void {
  const found = targetOfPath(location.pathname, new URLSearchParams(location.search))
  if (found === null) return
  entry.value = found
  history.replaceState(history.state, '', `/${location.hash}`)
}

/** Open what the address named. */
export function followEntry(): void {
  const target = entry.peek()
  if (target === null) return
  entry.value = null
  void import('./entering.tsx').then(({ enter }) => enter(target, true))
}

/** Return what a link leads to inside of this server; null if it leads elsewhere. */
export function inside(link: string): Target | null {
  const own = [location.origin]
  const told = about.peek()?.public_url
  if (told !== undefined && told !== '') own.push(new URL(told).origin)
  return targetOf(link, own)
}

/** Open what a link in a message or profile leads to. */
export function follow(target: Target): void {
  void import('./entering.tsx').then(({ enter }) => enter(target, false))
}
