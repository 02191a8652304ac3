/** The app's own files, kept so that it opens without a network, and so that a page goes on with the files it began with.
 *
 * The files of one build belong together. A newer build is fetched beside them and waits until a page agrees to it. */

import { KEPT, SWITCH } from './protocol.ts'

const ASSETS = '/assets/'

/** Pages of the server that are none of the app's. */
const ELSEWHERE = /^\/(?:log|sign-in|report|appeal)(?:\/|$)/

/** Say whether a request is for a page of the app, at whatever path a link led to. */
function opensPage(request: Request, { pathname }: URL): boolean {
  return request.mode === 'navigate' && request.method === 'GET' && !ELSEWHERE.test(pathname)
}

async function pageOf(request: Request): Promise<Response> {
  const kept = await caches.match('/', { cacheName: KEPT + VERSION })
  return kept ?? fetch(request)
}

async function assetOf(request: Request): Promise<Response> {
  const kept = await caches.match(request, { cacheName: KEPT + VERSION })
  return kept ?? fetch(request)
}

async function forgetOthers(): Promise<void> {
  for (const name of await caches.keys()) {
    if (name.startsWith(KEPT) && name !== KEPT + VERSION) await caches.delete(name)
  }
}

export function keepShell(scope: ServiceWorkerGlobalScope): void {
  scope.addEventListener('install', (event) => {
    const keep = async (): Promise<void> => {
      const cache = await caches.open(KEPT + VERSION)
      await cache.addAll(SHELL)
    }
    event.waitUntil(keep())
  })
  scope.addEventListener('activate', (event) => {
    event.waitUntil(forgetOthers().then(() => scope.clients.claim()))
  })
  scope.addEventListener('message', ({ data }) => {
    if (data === SWITCH) void scope.skipWaiting()
  })
  scope.addEventListener('fetch', (event) => {
    const { request } = event
    const url = new URL(request.url)
    if (url.origin !== scope.location.origin) return
    if (opensPage(request, url)) event.respondWith(pageOf(request))
    else if (url.pathname.startsWith(ASSETS)) event.respondWith(assetOf(request))
  })
}
