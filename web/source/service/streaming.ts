/** Films and sounds that play while they are fetched: the ranges a player asks for come from the page that shows it.
 *
 * The page has the session and the keys; this worker has nothing, so it asks the page by a port of its own for each
 * answer. It may be stopped and started again between two of them. Addresses are random and name nothing of a chat. */

import { type Piece, type PieceAsked, type StreamAsked, type StreamKnown, STREAMS } from './protocol.ts'
import { partHeaders, pieceBytes, playable, type Range, rangeOf } from './ranges.ts'

const ANSWER_BYTES_MAX = 4 * 1024 * 1024 // of one answer; players ask for what follows
const KNOWN_MS = 5_000 // within which a page says whether it knows a token

interface Source {
  port: MessagePort
  size: number
  type: string
}

/** Ask one page whether it knows a token. */
function asked(page: Client, token: string): Promise<Source | null> {
  const { port1: port, port2 } = new MessageChannel()
  return new Promise((answer) => {
    const timer = setTimeout(() => answer(null), KNOWN_MS)
    port.onmessage = ({ data }: MessageEvent<StreamKnown>) => {
      clearTimeout(timer)
      answer(data === null ? null : { port, ...data })
    }
    page.postMessage({ stream: token } satisfies StreamAsked, [port2])
  })
}

/** Return the page that knows a token. Some browsers do not say which page a player belongs to: then all are asked. */
async function sourceOf(scope: ServiceWorkerGlobalScope, client: string, token: string): Promise<Source | null> {
  const one = client === '' ? undefined : await scope.clients.get(client)
  const pages = one === undefined ? await scope.clients.matchAll({ type: 'window' }) : [one]
  const sources = await Promise.all(pages.map((page) => asked(page, token)))
  return sources.find((source) => source !== null) ?? null
}

function piece(port: MessagePort, offset: number, limit: number): Promise<Uint8Array> {
  return new Promise((done, fail) => {
    port.onmessage = ({ data }: MessageEvent<Piece>) => {
      if (data === null) fail(new Error('the page could not fetch it'))
      else done(data)
    }
    port.postMessage({ offset, limit } satisfies PieceAsked)
  })
}

function body({ port }: Source, { first, last }: Range): ReadableStream<Uint8Array> {
  let at = first
  const end = (): void => {
    port.postMessage('end' satisfies PieceAsked)
    port.close()
  }
  return new ReadableStream(
    {
      async pull(stream) {
        const bytes = await piece(port, at, pieceBytes(at - first, last + 1 - at))
        if (bytes.length > 0) stream.enqueue(bytes)
        at += bytes.length
        if (at <= last && bytes.length > 0) return
        stream.close()
        end()
      },
      cancel: end,
    },
    { highWaterMark: 0 },
  )
}

const SAFE = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': "default-src 'none'; sandbox",
  'X-Content-Type-Options': 'nosniff',
}

async function answered(scope: ServiceWorkerGlobalScope, event: FetchEvent): Promise<Response> {
  const { request, clientId } = event
  const nothing = new Response(null, { status: 404, headers: SAFE })
  if (request.method !== 'GET' || !['video', 'audio'].includes(request.destination)) return nothing
  const token = new URL(request.url).pathname.slice(STREAMS.length)
  const source = await sourceOf(scope, clientId, token)
  if (source === null) return nothing
  const { size, type } = source
  const range = rangeOf(request.headers.get('Range'), size, ANSWER_BYTES_MAX)
  if (range === null) {
    source.port.postMessage('end' satisfies PieceAsked)
    return new Response(null, { status: 416, headers: { ...SAFE, 'Content-Range': `bytes */${size}` } })
  }
  const headers = { ...SAFE, ...partHeaders(range, size), 'Content-Type': playable(type) }
  return new Response(body(source, range), { status: 206, headers })
}

/** Answer what players ask for under `/stream/`. */
export function serveStreams(scope: ServiceWorkerGlobalScope): void {
  scope.addEventListener('activate', (event) => event.waitUntil(scope.clients.claim()))
  scope.addEventListener('fetch', (event) => {
    const { origin, pathname } = new URL(event.request.url)
    if (origin === scope.location.origin && pathname.startsWith(STREAMS)) event.respondWith(answered(scope, event))
  })
}
