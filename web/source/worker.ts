/** The worker: MTProto, keys and their store, off the page's thread. One for all tabs where the browser shares workers. */

import { BaseTelegramClient, IdbStorage, WebCryptoProvider, WebPlatform } from '@mtcute/web'
import { addPublicKey } from '@mtcute/web/utils.js'
import { IntermediatePacketCodec, MtTimeoutError, ObfuscatedPacketCodec, tl } from '@mtcute/core'
import { connectWs } from '@fuman/net'
import wasmUrl from '@mtcute/wasm/mtcute-simd.wasm'

import { download, range, upload } from './engine/files.ts'
import { changePassword, makeRecoveryCode, provePassword } from './engine/password.ts'
import { shrunk } from './engine/pictures.ts'
import { fromPlain, type Plain, toPlain } from './engine/plain.ts'
import { BUG, type About, type Ask, type Asks, type FromWorker, type Refusal, type Request, type ToWorker } from './engine/protocol.ts'

const STORE = 'chappe' // the name of the database in the browser
const LOOK_S = 3 // seconds between two looks into a channel one is not in: of such nothing is told
const REFRESH_S = 600 // seconds between looks at what the server says of itself

type Port = { postMessage(message: FromWorker): void }

const ports = new Set<Port>()
const running = new Map<string, AbortController>() // by port and number of the ask
let numbered = 0
const names = new WeakMap<Port, number>()

let about: About
let aboutAt = 0
let opened: Promise<BaseTelegramClient> | undefined
let following = false
let me = 0 // who is logged in

function tell(message: FromWorker): void {
  for (const port of ports) port.postMessage(message)
}

async function lookAbout(): Promise<About> {
  if (about === undefined || Date.now() / 1000 - aboutAt > REFRESH_S) {
    const answer = await fetch('/.well-known/chappe.json', { cache: 'no-cache' })
    about = (await answer.json()) as About
    aboutAt = Date.now() / 1000
  }
  return about
}

async function open(): Promise<BaseTelegramClient> {
  const { keys, dc, path } = await lookAbout()
  const crypto = new WebCryptoProvider({ wasmInput: wasmUrl })
  await crypto.initialize()
  for (const pem of keys) addPublicKey(crypto, pem)
  const here = { id: dc, ipAddress: '127.0.0.1', port: 443 } // not looked at: the transport knows the way
  const scheme = location.protocol === 'https:' ? 'wss' : 'ws'
  const client = new BaseTelegramClient({
    apiId: 1,
    apiHash: 'chappe',
    crypto,
    platform: new WebPlatform(),
    storage: new IdbStorage(STORE),
    defaultDcs: { main: here, media: here },
    transport: {
      connect: () =>
        connectWs({
          url: `${scheme}://${location.host}${path}`,
          implementation: WebSocket,
          protocols: 'binary',
        }),
      packetCodec: () => new ObfuscatedPacketCodec(new IntermediatePacketCodec()),
    },
    updates: {
      catchUp: true,
      overrideOpenChatTimeout: () => LOOK_S,
      onChannelTooLong: (channel) => tell({ reset: channel }),
    },
    initConnectionOptions: {
      deviceModel: deviceName(navigator.userAgent),
      systemVersion: 'Web',
      appVersion: about.version,
      langCode: navigator.language.split('-')[0] ?? 'en',
      systemLangCode: navigator.language,
    },
  } as ConstructorParameters<typeof BaseTelegramClient>[0])
  client.onRawUpdate.add(({ update, peers }) =>
    tell({
      update: toPlain(update) as never,
      users: toPlain([...peers.users.values()]) as never,
      chats: toPlain([...peers.chats.values()]) as never,
    }),
  )
  client.onServerUpdate.add((updates) => {
    // before anybody is logged in the library follows no updates, and this one is meant for nobody
    if (updates._ === 'updateShort' && updates.update._ === 'updateLoginToken') tell({ scanned: true })
  })
  client.onConnectionState.add((connection) => tell({ connection }))
  client.onError.add((error) => console.warn('engine', error.message))
  await client.connect()
  return client
}

/** Return the name of a browser and its system, as a list of sessions shows them. */
function deviceName(agent: string): string {
  const browser = /Edg\//.test(agent)
    ? 'Edge'
    : /Firefox\//.test(agent)
      ? 'Firefox'
      : /Chrome\//.test(agent)
        ? 'Chrome'
        : /Safari\//.test(agent)
          ? 'Safari'
          : 'Browser'
  const system = /Android/.test(agent)
    ? 'Android'
    : /iPhone|iPad/.test(agent)
      ? 'iOS'
      : /Windows/.test(agent)
        ? 'Windows'
        : /Mac OS X/.test(agent)
          ? 'macOS'
          : /Linux/.test(agent)
            ? 'Linux'
            : ''
  return system === '' ? browser : `${browser}, ${system}`
}

type Doer<A extends Ask> = (
  take: Asks[A]['take'],
  signal: AbortSignal,
  progress: (done: number, total: number) => void,
) => Promise<Asks[A]['give']>

async function client(): Promise<BaseTelegramClient> {
  opened ??= open()
  try {
    return await opened
  } catch (error) {
    opened = undefined
    throw error
  }
}

const doers: { [A in Ask]: Doer<A> } = {
  async start() {
    const engine = await client()
    const said = await lookAbout()
    const self = await engine.storage.self.fetch()
    if (self === null) return { about: said, user: null }
    const [user] = await engine.call({ _: 'users.getUsers', id: [{ _: 'inputUserSelf' }] })
    if (user !== undefined && user !== null) me = user.id
    return { about: said, user: (toPlain(user) ?? null) as never }
  },

  async call(take, signal) {
    const engine = await client()
    const answer: unknown = await engine.call(fromPlain(take) as never, { abortSignal: signal })
    const updates = updatesIn(answer)
    if (updates !== null) {
      // the answer first: the page then knows which of its entries a new message is
      setTimeout(() => {
        engine.handleClientUpdate(updates, false)
        if (updates._ === 'updateShortSentMessage') tell(sentMessage(take, updates))
      })
    }
    return toPlain(answer)
  },

  async entered(take) {
    const engine = await client()
    return toPlain(await engine.notifyLoggedIn(fromPlain(take) as never)) as never
  },

  async follow() {
    const engine = await client()
    if (!following) {
      following = true
      await engine.startUpdatesLoop()
    }
    return null
  },

  async look({ channel, pts, open: opened }) {
    const engine = await client()
    if (opened) await engine.notifyChannelOpened(channel, pts)
    else await engine.notifyChannelClosed(channel)
    return null
  },

  async password(take) {
    return toPlain(await provePassword(await client(), take)) as never
  },

  async set_password(take) {
    await changePassword(await client(), take)
    return null
  },

  async recovery_code(take) {
    return makeRecoveryCode(await client(), take)
  },

  async leave() {
    const engine = await client()
    try {
      await engine.call({ _: 'auth.logOut' })
    } finally {
      await forget(engine)
    }
    return null
  },

  async upload(take, signal, progress) {
    const file = await upload(await client(), take.file, take.name, progress, signal)
    return toPlain(file) as never
  },

  async download(take, signal, progress) {
    const place = fromPlain(take.place) as tl.TypeInputFileLocation
    return download(await client(), place, take.size, take.type, progress, signal)
  },

  async range(take, signal) {
    const place = fromPlain(take.place) as tl.TypeInputFileLocation
    return range(await client(), place, take.offset, take.limit, signal)
  },

  shrink: ({ blob, side, quality }) => shrunk(blob, side, quality),
}

type Sent = Extract<Request, { _: 'messages.sendMessage' | 'messages.sendMedia' }>

/** Return the message of which an answer names only the number, for the pages that did not send it. */
function sentMessage(asked: Request, answer: tl.RawUpdateShortSentMessage): FromWorker {
  const { peer, message, entities: written, replyTo } = asked as Sent
  const { id, date, media, entities, pts, ptsCount } = toPlain(answer) as Plain<typeof answer>
  const peerId =
    peer._ === 'inputPeerUser'
      ? { _: 'peerUser' as const, userId: peer.userId }
      : peer._ === 'inputPeerChat'
        ? { _: 'peerChat' as const, chatId: peer.chatId }
        : { _: 'peerUser' as const, userId: me }
  const made: Plain<tl.RawMessage> = {
    _: 'message',
    out: true,
    id,
    peerId,
    date,
    message,
    ...(media === undefined ? {} : { media }),
    entities: entities ?? written ?? [],
    ...(replyTo?._ === 'inputReplyToMessage'
      ? { replyTo: { _: 'messageReplyHeader', replyToMsgId: replyTo.replyToMsgId } }
      : {}),
  }
  return { update: { _: 'updateNewMessage', message: made, pts, ptsCount }, users: [], chats: [] }
}

/** Forget the session and all this browser kept of it. */
async function forget(engine: BaseTelegramClient): Promise<void> {
  following = false
  opened = undefined
  await engine.destroy()
  for (const { name } of await indexedDB.databases()) {
    if (name !== undefined) indexedDB.deleteDatabase(name)
  }
  for (const name of await caches.keys()) {
    if (name.startsWith('chat')) await caches.delete(name)
  }
}

/** Return the updates that an answer is, or that it holds beside something else ("messages.invitedUsers"). */
function updatesIn(answer: unknown): tl.TypeUpdates | null {
  if (typeof answer !== 'object' || answer === null) return null
  const { _: name, updates } = answer as { _?: string; updates?: unknown }
  if (name?.startsWith('update') === true) return answer as tl.TypeUpdates
  return Array.isArray(updates) ? null : updatesIn(updates)
}

function refusal(error: unknown): Refusal {
  if (tl.RpcError.is(error)) {
    const seconds = (error as { seconds?: number }).seconds
    return { text: error.text, code: error.code, ...(seconds === undefined ? {} : { seconds }) }
  }
  if (error instanceof DOMException && error.name === 'AbortError') return { text: 'ABORTED', code: 0 }
  const away = error instanceof MtTimeoutError || error instanceof TypeError // fetch says so
  if (!away) console.error(error)
  return { text: error instanceof Error ? error.message : String(error), code: away ? 0 : BUG }
}

async function serve(port: Port, asked: Extract<ToWorker, { ask: Ask }>): Promise<void> {
  const { id, ask, take } = asked
  const key = `${names.get(port)}:${id}`
  const abort = new AbortController()
  running.set(key, abort)
  const progress = (done: number, total: number): void =>
    port.postMessage({ progress: { id, done, total } })
  try {
    const give = await (doers[ask] as Doer<Ask>)(take as never, abort.signal, progress)
    port.postMessage({ id, give })
  } catch (error) {
    const said = abort.signal.aborted ? { text: 'ABORTED', code: 0 } : refusal(error)
    port.postMessage({ id, refusal: said })
    if (said.code === 401 && said.text !== 'SESSION_PASSWORD_NEEDED') tell({ ended: said.text })
  } finally {
    running.delete(key)
  }
}

function attach(port: Port & { onmessage: ((event: MessageEvent<ToWorker>) => void) | null }): void {
  names.set(port, ++numbered)
  ports.add(port)
  port.onmessage = ({ data }) => {
    if ('ask' in data) void serve(port, data)
    else if ('abort' in data) running.get(`${names.get(port)}:${data.abort}`)?.abort()
    else if ('bye' in data) ports.delete(port)
    else port.postMessage({ ready: true })
  }
  port.postMessage({ ready: true })
}

const scope = globalThis as unknown as {
  onconnect?: ((event: MessageEvent) => void) | null
  SharedWorkerGlobalScope?: unknown
}
if (scope.SharedWorkerGlobalScope === undefined) attach(globalThis as never)
else scope.onconnect = ({ ports: [port] }) => attach(port as never)
