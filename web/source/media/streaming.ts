/** Films and sounds as addresses that play at once: this page answers the service worker's questions for their bytes. */

import { link } from '../api.ts'
import { scriptUrl, SERVICE_URL } from '../link.ts'
import type { Doc } from '../model/types.ts'
import { type Piece, type PieceAsked, type StreamAsked, type StreamKnown, STREAMS } from '../service/protocol.ts'
import { fetched } from './cache.ts'

const CONTROL_MS = 3_000 // within which the service worker of a new page takes it over
const KNOWN_MAX = 400 // addresses that stay valid; the longest unused goes first

const known = new Map<string, Doc>() // by token
const tokens = new Map<string, string>() // by document

/** Start the service worker; without one, files are fetched whole before they play. */
export async function startService(): Promise<void> {
  if (!('serviceWorker' in navigator)) return
  navigator.serviceWorker.addEventListener('message', ({ data, ports: [port] }: MessageEvent<StreamAsked>) => {
    if (port !== undefined && typeof data === 'object' && 'stream' in data) answer(data.stream, port)
  })
  await navigator.serviceWorker.register(scriptUrl(SERVICE_URL), { scope: '/' }).catch(() => undefined)
}

function answer(token: string, port: MessagePort): void {
  const doc = known.get(token)
  const abort = new AbortController()
  port.onmessage = ({ data }: MessageEvent<PieceAsked>) => {
    if (data === 'end' || doc === undefined) {
      abort.abort()
      port.close()
      return
    }
    link.ask('range', { place: doc.place(), ...data }, { signal: abort.signal }).then(
      (bytes) => port.postMessage(bytes satisfies Piece, [bytes.buffer as ArrayBuffer]),
      () => port.postMessage(null satisfies Piece),
    )
  }
  const said: StreamKnown = doc === undefined ? null : { size: doc.size, type: doc.type }
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

function tokenOf(doc: Doc): string {
  const token = tokens.get(doc.id) ?? crypto.randomUUID()
  tokens.set(doc.id, token)
  known.delete(token)
  known.set(token, doc)
  for (const [oldest, { id }] of known) {
    if (known.size <= KNOWN_MAX) break
    known.delete(oldest)
    tokens.delete(id)
  }
  return token
}

/** Return an address from which a film or sound plays; null if it cannot be had. */
export async function playableUrl(
  doc: Doc,
  progress?: (done: number, total: number) => void,
  signal?: AbortSignal,
): Promise<string | null> {
  if (await controlled()) return STREAMS + tokenOf(doc)
  return fetched(`file/${doc.id}`, doc.place(), doc.size, doc.type, progress, signal)
}

/** Forget all addresses: somebody logged out. */
export function forgetStreams(): void {
  known.clear()
  tokens.clear()
}
