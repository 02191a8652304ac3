/** Films and sounds as addresses that play at once: this page answers the service worker's questions for their bytes. */

import { link } from '../api.ts'
import { localUrl } from '../compose/outgoing_media.ts'
import type { Doc, Message } from '../model/types.ts'
import { type Piece, type PieceAsked, type StreamAsked, type StreamKnown, STREAMS } from '../service/protocol.ts'
import { cached, fetched, isExpired } from './cache.ts'
import { freshDoc, renewal } from './fresh.ts'

const CONTROL_MS = 3_000 // within which the service worker of a new page takes it over
const SMALL_BYTES = 1024 * 1024 // of a file that is fetched whole: it can be kept, and played again at once
const KNOWN_MAX = 400 // addresses that stay valid; the longest unused goes first

interface Source {
  message: Message
  doc: Doc
}

const known = new Map<string, Source>() // by token
const tokens = new Map<string, string>() // by document

/** Begin to answer the service worker; without one, files are fetched whole before they play. */
export function answerStreams(): void {
  if (!('serviceWorker' in navigator)) return
  navigator.serviceWorker.addEventListener('message', ({ data, ports: [port] }: MessageEvent<StreamAsked>) => {
    if (port !== undefined && typeof data === 'object' && 'stream' in data) answer(data.stream, port)
  })
}

async function piece(source: Source, offset: number, limit: number, signal: AbortSignal): Promise<Uint8Array> {
  const fetchIt = (): Promise<Uint8Array> =>
    link.ask('range', { place: source.doc.place(), offset, limit }, { signal })
  try {
    return await fetchIt()
  } catch (error) {
    const doc = isExpired(error) ? await freshDoc(source.message) : null
    if (doc === null) throw error
    source.doc = doc
    return fetchIt()
  }
}

function answer(token: string, port: MessagePort): void {
  const source = known.get(token)
  const abort = new AbortController()
  port.onmessage = ({ data }: MessageEvent<PieceAsked>) => {
    if (data === 'end' || source === undefined) {
      abort.abort()
      port.close()
      return
    }
    piece(source, data.offset, data.limit, abort.signal).then(
      (bytes) => port.postMessage(bytes satisfies Piece, [bytes.buffer as ArrayBuffer]),
      () => port.postMessage(null satisfies Piece),
    )
  }
  const said: StreamKnown = source === undefined ? null : { size: source.doc.size, type: source.doc.type }
  port.postMessage(said)
}

function controlled(): Promise<boolean> {
  if (!('serviceWorker' in navigator)) return Promise.resolve(false)
  const { serviceWorker } = navigator
  if (serviceWorker.controller !== null) return Promise.resolve(true)
  return new Promise((done) => {
    const timer = setTimeout(() => done(false), CONTROL_MS)
    serviceWorker.addEventListener(
      'controllerchange',
      () => {
        clearTimeout(timer)
        done(true)
      },
      { once: true },
    )
  })
}

function tokenOf(source: Source): string {
  const { id } = source.doc
  const token = tokens.get(id) ?? crypto.randomUUID()
  tokens.set(id, token)
  known.delete(token)
  known.set(token, source)
  for (const [oldest, { doc }] of known) {
    if (known.size <= KNOWN_MAX) break
    known.delete(oldest)
    tokens.delete(doc.id)
  }
  return token
}

/** Return an address from which a film or sound plays; null if it cannot be had. */
export async function playableUrl(message: Message, doc: Doc, signal?: AbortSignal): Promise<string | null> {
  const here = localUrl(doc.id) ?? cached(`file/${doc.id}`)
  if (here !== null) return here
  const streams = doc.size > SMALL_BYTES && !doc.type.startsWith('image/')
  if (streams && (await controlled())) return STREAMS + tokenOf({ message, doc })
  const renew = renewal(message, (media) => (media.is === 'document' ? media.document.place() : null))
  return fetched(`file/${doc.id}`, doc.place(), doc.size, doc.type, undefined, signal, renew)
}

/** Forget all addresses: somebody logged out. */
export function forgetStreams(): void {
  known.clear()
  tokens.clear()
}
