/** What the server said of itself, from it or from a mirror of it; kept for the day on which it cannot be reached. */

import { changing, reading } from '../kept/database.ts'
import type { About } from './protocol.ts'
import { fromMirror } from './signed.ts'
import { Ways } from './ways.ts'

// it is of no session, so it stays when one ends: whoever logs in again may need a mirror for that
const SERVER = { name: 'chappe-server', store: 'about' }
const PAGE = '/.well-known/chappe.json'
const REFRESH_MS = 600_000 // between looks at what the server says of itself

export const ways = new Ways()

let known: About | undefined
let knownAt = 0
let kept: Promise<About | undefined> | undefined

/** Return what is kept of earlier visits; nothing where the browser keeps nothing. */
function before(): Promise<About | undefined> {
  kept ??= reading(SERVER, (store) => store.get(0) as IDBRequest<About | undefined>).catch(() => undefined)
  return kept
}

async function fetched(origin: string, signal: AbortSignal): Promise<About> {
  const answer = await fetch(origin + PAGE, { cache: 'no-cache', signal })
  const told = (await answer.json()) as About
  if (origin === '') return told
  const server = known ?? (await before())
  const said = server === undefined ? null : await fromMirror(told, server)
  if (said === null) throw new TypeError('a mirror of another server')
  return said
}

/** Return what the server says of itself, and know its mirrors from then on. */
export async function lookAbout(): Promise<About> {
  if (known === undefined || Date.now() - knownAt > REFRESH_MS) {
    if (known === undefined) ways.know((await before())?.mirrors ?? [])
    known = await ways.go(fetched)
    knownAt = Date.now()
    ways.know(known.mirrors ?? [])
    if ((known.mirrors ?? []).length > 0 || (await before()) !== undefined) await keep(known)
  }
  return known
}

/** Keep it for later; where the browser keeps nothing, the next visit has to find the server where it was. */
async function keep(about: About): Promise<void> {
  kept = Promise.resolve(about)
  await changing(SERVER, (store) => store.put(about, 0)).catch(() => undefined)
}
