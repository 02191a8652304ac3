/** Sending: what is written is kept, shown at once, and sent in order; a lost connection or a closed tab loses nothing.
 *
 * Each entry has a random number from the beginning, so that the server takes a message once, however often it is sent. */

import { call, inputPeer, link, messagesOf, Refused } from '../api.ts'
import type { Answer } from '../link.ts'
import type { Media, Message, PeerId } from '../model/types.ts'
import { apply, known, messageOf, peers, self, watch } from '../store.ts'
import { entities as entitiesOf, inputEntities } from '../translate/messages.ts'
import { media as mediaOf } from '../translate/media.ts'
import type * as api from '../translate/tl.ts'
import { sentence } from '../ui/refusals.ts'
import { localMedia, mediaToSend } from './outgoing_media.ts'
import * as stored from './stored.ts'
import type { Entry } from './stored.ts'

const LOCK = 'outbox' // held by the tab that sends
const entries = new Map<number, Entry>()
const aborts = new Map<number, AbortController>()
let lastId = -Date.now() // falls: later entries are smaller
let running = false

function randomNumber(): bigint {
  return crypto.getRandomValues(new BigInt64Array(1))[0] ?? 1n
}

/** Return the message that stands for an entry until it is sent. */
function standIn(entry: Entry): Message {
  const media: Media | null = entry.file === null ? null : localMedia(entry)
  return {
    chat: entry.chat,
    id: entry.id,
    key: `${entry.random}`,
    out: true,
    from: self.peek(),
    date: entry.date,
    edited: 0,
    text: entry.text,
    entities: entry.entities,
    media,
    reply: entry.reply === 0 && entry.top === 0 ? null : { id: entry.reply, chat: entry.chat, quote: '', top: entry.top },
    forward: null,
    album: entry.album,
    reactions: [],
    views: 0,
    comments: null,
    service: null,
    pinned: false,
    mentioned: false,
    unheard: false,
    silent: entry.silent,
    noForwards: false,
    signature: '',
    bot: 0,
    markup: null,
    sending: 'waiting',
    ...(entry.file === null ? {} : { progress: 0 }),
  }
}

type Written = Pick<Entry, 'chat' | 'top' | 'text' | 'entities' | 'reply'> &
  Partial<Pick<Entry, 'silent' | 'schedule' | 'file' | 'album'>>

/** Take messages into the outbox; they are shown at once and sent as soon as possible. */
export async function write(...written: Written[]): Promise<void> {
  const made = written.map((one): Entry => ({
    silent: false,
    schedule: 0,
    file: null,
    album: '',
    ...one,
    id: --lastId,
    random: randomNumber(),
    date: Math.floor(Date.now() / 1000),
  }))
  for (const entry of made) {
    entries.set(entry.id, entry)
    await stored.put(entry).catch(() => undefined) // a full disk: it is sent, but would not survive
  }
  for (const entry of made) if (entry.schedule === 0) apply({ type: 'message', message: standIn(entry), fresh: true })
  void run()
}

/** Take up what an earlier page left behind. */
export async function resume(): Promise<void> {
  for (const entry of await stored.load().catch(() => [])) {
    if (entries.has(entry.id) || !peers.peek().has(entry.chat)) continue
    entries.set(entry.id, entry)
    lastId = Math.min(lastId, entry.id)
    if (entry.schedule === 0) apply({ type: 'message', message: standIn(entry), fresh: false })
  }
  void run()
}

/** Send an entry again that was refused. */
export function resend(id: number): void {
  const entry = entries.get(id)
  if (entry === undefined) return
  failed.delete(id)
  apply({ type: 'message', message: standIn(entry), fresh: false })
  void run()
}

/** Throw an entry away, while its file is on its way, too. */
export function discard(id: number): void {
  const entry = entries.get(id)
  if (entry === undefined) return
  aborts.get(id)?.abort()
  entries.delete(id)
  failed.delete(id)
  void stored.remove(id)
  apply({ type: 'removed', chat: entry.chat, ids: [id] })
}

const failed = new Set<number>() // refused for good: they wait for the person

/** The next entries to be sent: one, or an album. */
function next(): Entry[] {
  for (const entry of entries.values()) {
    if (failed.has(entry.id)) continue
    if (entry.album === '') return [entry]
    return [...entries.values()].filter((one) => one.album === entry.album && !failed.has(one.id))
  }
  return []
}

async function run(): Promise<void> {
  if (running) return
  running = true
  try {
    await navigator.locks.request(LOCK, async () => {
      for (let batch = next(); batch.length > 0; batch = next()) await send(batch)
    })
  } finally {
    running = false
  }
}

async function send(batch: Entry[]): Promise<void> {
  const abort = new AbortController()
  for (const { id } of batch) aborts.set(id, abort)
  try {
    const answer = await sent(batch, abort.signal)
    settle(batch, answer)
  } catch (error) {
    if (abort.signal.aborted) return
    if (error instanceof Refused && error.code === 0) {
      await new Promise((go) => setTimeout(go, 2_000)) // the way is broken: the same again
      return
    }
    for (const { id, chat } of batch) {
      failed.add(id)
      apply({ type: 'failed', chat, id, trouble: sentence(error) })
    }
  } finally {
    for (const { id } of batch) aborts.delete(id)
  }
}

function replyTo(entry: Entry): object {
  const { reply, top } = entry
  if (reply === 0 && top === 0) return {}
  const topMsgId = top === 0 ? {} : { topMsgId: top }
  return { replyTo: { _: 'inputReplyToMessage', replyToMsgId: reply || top, ...topMsgId } }
}

function common(entry: Entry): object {
  return {
    peer: inputPeer(entry.chat),
    ...replyTo(entry),
    ...(entry.silent ? { silent: true } : {}),
    ...(entry.schedule === 0 ? {} : { scheduleDate: entry.schedule }),
  }
}

function worded(entry: Entry): { message: string; entities: api.MessageEntity[] } {
  const hash = (user: PeerId): bigint => peers.peek().get(user)?.hash ?? 0n
  return { message: entry.text, entities: inputEntities(entry.entities, hash) }
}

async function sent(batch: Entry[], signal: AbortSignal): Promise<unknown> {
  const [entry] = batch as [Entry]
  const { chat } = entry
  known(chat)
  if (entry.file === null) {
    const request = { _: 'messages.sendMessage', ...common(entry), ...worded(entry), randomId: entry.random }
    return call(request as never, signal)
  }
  const brought: object[] = []
  for (const one of batch) {
    const progress = (done: number, total: number): void =>
      apply({ type: 'progress', chat, id: one.id, progress: total === 0 ? 1 : done / total })
    const file = one.file
    if (file === null) continue
    brought.push(await mediaToSend(file, (blob, name) => link.upload(blob, name, progress, signal)))
  }
  if (batch.length === 1) {
    const request = { _: 'messages.sendMedia', ...common(entry), ...worded(entry), media: brought[0], randomId: entry.random }
    return call(request as never, signal)
  }
  const multiMedia: object[] = []
  for (const [at, one] of batch.entries()) {
    const media = await named(chat, brought[at] as object, signal)
    multiMedia.push({ _: 'inputSingleMedia', media, randomId: one.random, ...worded(one) })
  }
  return call({ _: 'messages.sendMultiMedia', ...common(entry), multiMedia } as never, signal)
}

/** Turn a file that was brought into one that an album can name. */
async function named(chat: PeerId, media: object, signal: AbortSignal): Promise<object> {
  const kept = await call({ _: 'messages.uploadMedia', peer: inputPeer(chat), media } as never, signal)
  const made = kept as api.Media
  if (made._ === 'messageMediaPhoto' && made.photo?._ === 'photo') {
    const { id, accessHash, fileReference } = made.photo
    return { _: 'inputMediaPhoto', id: { _: 'inputPhoto', id, accessHash, fileReference } }
  }
  if (made._ === 'messageMediaDocument' && made.document?._ === 'document') {
    const { id, accessHash, fileReference } = made.document
    return { _: 'inputMediaDocument', id: { _: 'inputDocument', id, accessHash, fileReference } }
  }
  throw new Error('a file that is neither photo nor document')
}

interface UpdatesLike {
  _: string
  updates?: api.Update[]
}

/** Put the messages that came of entries in their places. */
function settle(batch: Entry[], answer: unknown): void {
  const given = answer as UpdatesLike
  const found = given.updates ?? []
  for (const entry of batch) {
    entries.delete(entry.id)
    void stored.remove(entry.id)
    const message = given._ === 'updateShortSentMessage' ? short(entry, answer) : longer(entry, found)
    if (message !== null) apply({ type: 'sent', chat: entry.chat, temporary: entry.id, message })
    else if (entry.schedule === 0) apply({ type: 'removed', chat: entry.chat, ids: [entry.id] })
  }
}

/** The message behind an answer that names only its number. */
function short(entry: Entry, answer: unknown): Message {
  const { id, date, media, entities } = answer as Extract<
    Answer<'messages.sendMessage'>,
    { _: 'updateShortSentMessage' }
  >
  const found = entitiesOf(entities)
  return { ...standIn(entry), id, date, media: mediaOf(media), entities: found, sending: 'sent' }
}

function longer(entry: Entry, updates: api.Update[]): Message | null {
  const number = updates.find((one) => one._ === 'updateMessageID' && one.randomId === entry.random)
  const id = number?._ === 'updateMessageID' ? number.id : 0
  for (const one of updates) {
    if (one._ !== 'updateNewMessage' && one._ !== 'updateNewChannelMessage') continue
    const [made] = messagesOf({ messages: [one.message] })
    if (made?.id === id && made.chat === entry.chat) return made
  }
  return null
}

/** What another tab sent stands in this one as sent, not as waiting. */
watch((event) => {
  if (event.type !== 'message' || event.message.id < 0 || !event.message.out) return
  for (const entry of entries.values()) {
    if (aborts.has(entry.id) || entry.chat !== event.message.chat) continue
    if (messageOf(entry.chat, event.message.id) === undefined) continue
    void stored.load().then((left) => {
      if (left.some(({ id }) => id === entry.id)) return
      entries.delete(entry.id)
      apply({ type: 'removed', chat: entry.chat, ids: [entry.id] })
    })
  }
})
