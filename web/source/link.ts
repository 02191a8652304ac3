/** The page's end of the worker: calls, files, and what the worker tells by itself. */

import type { tl } from '@mtcute/core'

import type {
  Answer,
  Ask,
  Asks,
  Connection,
  FromWorker,
  Place,
  Refusal,
  Request,
  ToWorker,
  Uploaded,
} from './engine/protocol.ts'
import type { Plain } from './engine/plain.ts'

/** The server refused, or the way to it is broken (`code` 0). */
export class Refused extends Error {
  override name = 'Refused'
  readonly text: string
  readonly code: number
  readonly seconds: number

  constructor(refusal: Refusal) {
    super(refusal.text)
    this.text = refusal.text
    this.code = refusal.code
    this.seconds = refusal.seconds ?? 0
  }
}

type Told = Exclude<FromWorker, { id: number } | { progress: unknown } | { ready: true }>
type Progress = (done: number, total: number) => void

interface Waiting {
  done(give: unknown): void
  fail(error: Refused): void
  progress?: Progress | undefined
}

interface Port {
  postMessage(message: ToWorker): void
}

interface Policy {
  createScriptURL(url: string): string
}
/** Trusted Types, where the browser has them; TypeScript's own library does not name them. */
const trusted = globalThis as {
  trustedTypes?: { createPolicy(name: string, rules: Policy): Policy }
}

const policy = trusted.trustedTypes?.createPolicy('chappe', {
  createScriptURL(url) {
    if (url !== WORKER_URL && url !== SERVICE_URL && url !== DRAWER_URL) throw new TypeError('no script of ours')
    return url
  },
})

export const SERVICE_URL = '/sw.js' // of the service worker

/** Return the address of a script of ours as the browser takes it. */
export function scriptUrl(url: string): string {
  return policy?.createScriptURL(url) ?? url
}

/** The library's names of types, with plain data in them. */
export type TL<Name extends keyof TLNames> = TLNames[Name]
interface TLNames {
  MessagesFilter: Plain<tl.TypeMessagesFilter>
  Message: Plain<tl.TypeMessage>
  Updates: Plain<tl.TypeUpdates>
  InputPeer: Plain<tl.TypeInputPeer>
  InputUser: Plain<tl.TypeInputUser>
  InputChannel: Plain<tl.TypeInputChannel>
  InputMedia: Plain<tl.TypeInputMedia>
  Document: Plain<tl.RawDocument>
  Photo: Plain<tl.RawPhoto>
  MessageEntity: Plain<tl.TypeMessageEntity>
  Peer: Plain<tl.TypePeer>
}

export class Link {
  private readonly waiting = new Map<number, Waiting>()
  private port: Port
  private readonly ready: Promise<void>
  private last = 0

  /** Open the worker; `hear` is told what nobody asked for, `before` that an answer comes. */
  constructor(hear: (told: Told) => void, before: () => void) {
    const url = scriptUrl(WORKER_URL)
    let begun: () => void = () => undefined
    this.ready = new Promise((resolve) => {
      begun = resolve
    })
    const receive = ({ data }: MessageEvent<FromWorker>): void => {
      if ('ready' in data) begun()
      else if ('id' in data) {
        before()
        this.settle(data)
      } else if ('progress' in data) {
        const { id, done, total } = data.progress
        this.waiting.get(id)?.progress?.(done, total)
      } else hear(data)
    }
    this.port = this.open(url, receive)
    const awake = (): void => {
      if (document.visibilityState === 'visible') this.port.postMessage({ awake: true })
    }
    for (const name of ['visibilitychange', 'resume']) document.addEventListener(name, awake)
    addEventListener('online', awake)
  }

  /** Open a worker that all tabs share; one of this tab alone where the browser has none, or refuses it. */
  private open(url: string, receive: (event: MessageEvent<FromWorker>) => void): Port {
    const own = (): Port => {
      const worker = new Worker(url)
      worker.onmessage = receive
      return worker
    }
    if (typeof SharedWorker === 'undefined') return own()
    const shared = new SharedWorker(url, { name: VERSION })
    shared.onerror = () => {
      this.port = own() // refused: nothing was asked yet, since it never was ready
    }
    const { port } = shared
    port.onmessage = receive
    addEventListener('pagehide', () => port.postMessage({ bye: true } satisfies ToWorker))
    addEventListener('pageshow', (event: PageTransitionEvent) => {
      if (event.persisted) location.reload() // the worker does not know this page any more
    })
    return port
  }

  /** Ask the worker; rejects with `Refused`. */
  async ask<A extends Ask>(
    ask: A,
    take: Asks[A]['take'],
    { progress, signal }: { progress?: Progress | undefined; signal?: AbortSignal | undefined } = {},
  ): Promise<Asks[A]['give']> {
    await this.ready
    signal?.throwIfAborted()
    const id = ++this.last
    return new Promise((done, fail) => {
      this.waiting.set(id, { done: done as (give: unknown) => void, fail, progress })
      signal?.addEventListener('abort', () => this.port.postMessage({ abort: id }), { once: true })
      this.port.postMessage({ id, ask, take } as ToWorker)
    })
  }

  /** Call a method of the API; rejects with `Refused`. Updates in the answer are told as events, too. */
  async call<R extends Request>(request: R, signal?: AbortSignal): Promise<Answer<R['_']>> {
    return (await this.ask('call', request, { signal })) as Answer<R['_']>
  }

  upload(file: Blob, name: string, progress?: Progress, signal?: AbortSignal): Promise<Uploaded> {
    return this.ask('upload', { file, name }, { progress, signal })
  }

  download(
    place: Place,
    size: number,
    type: string,
    progress?: Progress,
    signal?: AbortSignal,
  ): Promise<Blob> {
    return this.ask('download', { place, size, type }, { progress, signal })
  }

  private settle(answer: Extract<FromWorker, { id: number }>): void {
    const waiting = this.waiting.get(answer.id)
    if (waiting === undefined) return
    this.waiting.delete(answer.id)
    if ('refusal' in answer) waiting.fail(new Refused(answer.refusal))
    else waiting.done(answer.give)
  }
}

export type { Answer, Connection, Place, Request, Told, Uploaded }
