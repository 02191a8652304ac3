/** The worker: MTProto, keys and their store, off the page's thread. One for all tabs where the browser shares workers. */

import './floor/older.ts'

import type { BaseTelegramClient } from '@mtcute/web'
import { MtTimeoutError, tl } from '@mtcute/core'

import { counted, countedOnly } from './engine/counted.ts'
import { download, range, upload } from './engine/files.ts'
import { Ending, forgetKept } from './engine/forgetting.ts'
import { lookAbout } from './engine/known.ts'
import { open } from './engine/opening.ts'
import { changePassword, makeRecoveryCode, provePassword } from './engine/password.ts'
import { shrunk } from './engine/pictures.ts'
import { fromPlain, type Plain, toPlain } from './engine/plain.ts'
import {
  BUG,
  type Ask,
  type Asks,
  type Connection,
  type FromWorker,
  type Keeping,
  type Refusal,
  type Request,
  type ToWorker,
} from './engine/protocol.ts'
import { onWake } from './engine/waking.ts'

const ALIVE_MS = 3_000 // within which a connection answers that is alive
const LEAVE_MS = 5_000 // after which a server that is away is not waited for: this device forgets the session anyway

type Port = { postMessage(message: FromWorker): void }

const ports = new Set<Port>()
const running = new Map<string, AbortController>() // by port and number of the ask
let numbered = 0
const names = new WeakMap<Port, number>()

let opened: Promise<BaseTelegramClient> | undefined
let following = false
let me = 0 // who is logged in
let sessions = 0 // that have ended since this worker began
let keeping: Keeping = 'kept'
let connection: Connection | null = null // as it was last told; null: not yet

function tell(message: FromWorker): void {
  if ('keeping' in message) keeping = message.keeping
  if ('connection' in message) connection = message.connection
  for (const port of ports) port.postMessage(message)
}

type Doer<A extends Ask> = (
  take: Asks[A]['take'],
  signal: AbortSignal,
  progress: (done: number, total: number) => void,
) => Promise<Asks[A]['give']>

async function client(): Promise<BaseTelegramClient> {
  opened ??= lookAbout().then((about) => open(about, tell, usable, (error) => void endedBy(refusal(error))))
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
    if (self === null) return { about: said, user: null, keeping }
    me = self.userId
    const [user] = await engine.call({ _: 'users.getUsers', id: [{ _: 'inputUserSelf' }] }).catch(async (error) => {
      const said = refusal(error)
      await endedBy(said)
      if (said.code !== 401) throw error
      return [null] // logged out by another device while this one was away
    })
    return { about: said, user: (toPlain(user) ?? null) as never, keeping }
  },

  async call(take, signal) {
    const engine = await client()
    const answer: unknown = await engine.call(fromPlain(take) as never, { abortSignal: signal })
    const updates = updatesIn(answer)
    if (updates !== null) {
      // the answer first: the page then knows which of its entries a new message is
      setTimeout(() => {
        if (updates._ !== 'updateShortSentMessage') engine.handleClientUpdate(updates, false)
        else {
          engine.handleClientUpdate(countedOnly({ ...updates, channelId: 0 }), false)
          tell(sentMessage(take, updates))
        }
      })
    }
    const moved = counted(take, answer)
    if (moved !== null) engine.handleClientUpdate(countedOnly(moved), false)
    return toPlain(answer)
  },

  async entered(take) {
    const engine = await client()
    const user = await engine.notifyLoggedIn(fromPlain(take) as never)
    me = user.id
    return toPlain(user) as never
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
    try {
      await (await client()).call({ _: 'auth.logOut' }, { timeout: LEAVE_MS })
    } finally {
      await end('LOGGED_OUT')
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

/** Forget the session and all this browser kept of it; every tab shows the log-in. */
async function end(why: string): Promise<void> {
  ending.tell(why)
  await close()
  tell({ ended: why })
  await forgetKept()
}

/** Let go of the session: the next ask begins a new one. */
async function close(): Promise<void> {
  const engine = opened
  opened = undefined
  following = false
  me = 0
  sessions++
  await (await engine)?.destroy()
}

const ending = new Ending((why) => {
  if (opened === undefined) return
  void close().then(() => tell({ ended: why }))
})

/** Ask who is logged in: whoever was logged out by another device learns of it by the refusal.
 *
 * Without an answer in time the connection is taken for dead, whatever the system believes of it. */
async function checkSession(): Promise<void> {
  if (me === 0 || opened === undefined) return
  const engine = await opened
  try {
    await engine.call({ _: 'users.getUsers', id: [{ _: 'inputUserSelf' }] }, { timeout: ALIVE_MS })
  } catch (error) {
    if (tl.RpcError.is(error, 'TIMEOUT')) reconnect(engine)
    else await endedBy(refusal(error))
  }
}

/** What was told by a connection that broke may be lost with it, and the session may have ended meanwhile. */
function usable(engine: BaseTelegramClient): void {
  if (following) engine.updates?.catchUp()
  void checkSession()
}

function reconnect(engine: BaseTelegramClient): void {
  engine.mt.network.notifyNetworkChanged(true)
}

async function endedBy({ code, text }: Refusal): Promise<void> {
  if (code === 401 && text !== 'SESSION_PASSWORD_NEEDED' && me !== 0) await end(text)
}

onWake(() => {
  // the connection may be long gone without a word: a new one shows at once what came meanwhile
  void opened?.then(reconnect)
})

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
  const session = sessions
  running.set(key, abort)
  const progress = (done: number, total: number): void =>
    port.postMessage({ progress: { id, done, total } })
  try {
    const give = await (doers[ask] as Doer<Ask>)(take as never, abort.signal, progress)
    port.postMessage({ id, give })
  } catch (error) {
    const given = abort.signal.aborted || session !== sessions // what was under way ends with the session, however that is told
    const said = given ? { text: 'ABORTED', code: 0 } : refusal(error)
    port.postMessage({ id, refusal: said })
    await endedBy(said)
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
    else if ('awake' in data) void checkSession()
    else port.postMessage({ ready: true })
  }
  port.postMessage({ ready: true })
  if (connection !== null) port.postMessage({ connection }) // another tab was told when it came about
}

const scope = globalThis as unknown as {
  onconnect?: ((event: MessageEvent) => void) | null
  SharedWorkerGlobalScope?: unknown
}
if (scope.SharedWorkerGlobalScope === undefined) attach(globalThis as never)
else scope.onconnect = ({ ports: [port] }) => attach(port as never)
