/** What other apps share with this one: a form that the browser sends here, kept until a page asks into which chat. */

import { SHARE_AT, SHARED, type SharedWords } from './protocol.ts'

const BYTES_MAX = 512 * 1024 * 1024 // of all files of one form

async function keep(request: Request): Promise<Response> {
  const form = await request.formData()
  const said = (name: string): string => String(form.get(name) ?? '').trim()
  const files = form.getAll('files').filter((one): one is File => one instanceof File && one.size > 0)
  const small = files.reduce((sum, { size }) => sum + size, 0) <= BYTES_MAX
  const words: SharedWords = {
    text: [...new Set([said('title'), said('text'), said('url')])].filter((one) => one !== '').join('\n'),
    names: small ? files.map(({ name }) => name) : [],
    large: !small,
  }
  await caches.delete(SHARED)
  const cache = await caches.open(SHARED)
  if (small) await Promise.all(files.map((file, at) => cache.put(`${SHARE_AT}/${at}`, new Response(file))))
  await cache.put(SHARE_AT, new Response(JSON.stringify(words)))
  return Response.redirect('/', 303)
}

export function takeShares(scope: ServiceWorkerGlobalScope): void {
  scope.addEventListener('fetch', (event) => {
    const { request } = event
    const { origin, pathname } = new URL(request.url)
    if (origin !== scope.location.origin || pathname !== SHARE_AT || request.method !== 'POST') return
    event.respondWith(keep(request).catch(() => Response.redirect('/', 303)))
  })
}
