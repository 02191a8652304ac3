/** Push messages: they say that something came, and not what (RFC 8030, RFC 8291). Their words are the page's. */

import { SAID, type PushWords } from './protocol.ts'

/** What the server sends: the kind of what came; `s`: without a sound. */
interface Told {
  v?: number
  n?: string
  s?: number
}

const FALLBACK: PushWords = { title: 'Chappe', message: 'New message', mention: 'You were mentioned', reaction: 'New reaction' }

/** Return the words a page left here in the person's language. */
async function words(): Promise<PushWords> {
  const kept = await caches.match('/words', { cacheName: SAID })
  return kept === undefined ? FALLBACK : ((await kept.json()) as PushWords)
}

async function show(scope: ServiceWorkerGlobalScope, told: Told): Promise<void> {
  const pages = await scope.clients.matchAll({ type: 'window', includeUncontrolled: true })
  if (pages.some((page) => page.visibilityState === 'visible' && page.focused)) return // it is seen there
  if ('setAppBadge' in navigator) await navigator.setAppBadge().catch(() => undefined) // how much came is not known here
  const said = await words()
  const body = told.n === 'mention' ? said.mention : told.n === 'reaction' ? said.reaction : said.message
  await scope.registration.showNotification(said.title, {
    body,
    tag: 'message', // a later one takes its place
    icon: '/icon-192.png',
    badge: '/icon-192.png',
    silent: told.s === 1,
  })
}

export function takePushes(scope: ServiceWorkerGlobalScope): void {
  scope.addEventListener('push', (event) => {
    let told: Told = {}
    try {
      told = (event.data?.json() ?? {}) as Told
    } catch {
      // something came, of a kind this version does not know
    }
    event.waitUntil(show(scope, told))
  })
  scope.addEventListener('notificationclick', (event) => {
    event.notification.close()
    const go = async (): Promise<void> => {
      const [page] = await scope.clients.matchAll({ type: 'window', includeUncontrolled: true })
      if (page === undefined) await scope.clients.openWindow('/')
      else await page.focus()
    }
    event.waitUntil(go())
  })
}
