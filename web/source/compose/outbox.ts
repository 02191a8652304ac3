/** Sending: what is written is kept, shown at once, and sent in order; a lost connection or a closed tab loses nothing.
 *
 * Each entry has a random number from the beginning, so that the server takes a message once, however often it is sent. */

import { call, inputPeer, messagesOf, Refused } from '../api.ts'
import type { Answer } from '../link.ts'
import { alone } from '../kept/locks.ts'
import type { Media, Message, PeerId } from '../model/types.ts'
import { randomId } from '../random.ts'
import { apply, keeping as lasting, known, messageOf, onForget, peers, self, watch } from '../store.ts'
import { entities as entitiesOf, inputEntities } from '../translate/messages.ts'
import { media as mediaOf } from '../translate/media.ts'
import type * as api from '../translate/tl.ts'
import { sentence } from '../ui/refusals.ts'
import { bring, forgetBrought, unreadable } from './bringing.ts'
import { adopt, localMedia } from './outgoing_media.ts'
import * as stored from './stored.ts'
import { PLAIN, type Entry } from './stored.ts'

const AGAIN_MS = 2_000 // before an entry is sent again after a broken way
const LOCK = 'outbox' // and the lane: held by the tab that sends from it
const entries = new Map<number, Entry>()
const aborts = new Map<number, AbortController>()
const looks = new Map<number, Media>() // of entries whose media the server has
let lastId = -Date.now() // falls: later entries are smaller

/** Return the message that stands for an entry until it is sent. */
function standIn(entry: Entry): Message {
  const { chat, reply, top, quote, forward: copied } = entry
  const media: Media | null = entry.file === null ? (looks.get(entry.id) ?? null) : localMedia(entry)
  const origin = copied === null || copied.hidden ? null : messageOf(copied.from, copied.id)
  return {
    ...UNSENT,
    chat,
    id: entry.id,
    key: `${entry.random}`,
    from: self.peek(),
    date: entry.date,
    text: entry.text,
    entities: entry.entities,
    media,
    reply: reply === 0 && top === 0 ? null : { id: reply, chat, quote: quote?.text ?? '', top },
    forward: origin == null ? null : (origin.forward ?? { from: origin.from, name: '', date: origin.date, post: 0 }),
    album: copied === null ? entry.album : copied.album,
    silent: entry.silent,
    ...(entry.file === null ? {} : { progress: 0 }),
  }
}

const UNSENT = {
  out: true,
  edited: 0,
  reactions: [],
  views: 0,
  comments: null,
  service: null,
  pinned: false,
  mentioned: false,
  unheard: false,
  noForwards: false,
  signature: '',
  bot: 0,
  markup: null,
  sending: 'waiting',
} satisfies Partial<Message>

export type Written = Pick<Entry, 'chat' | 'top' | 'text' | 'entities' | 'reply'> &
  Partial<Omit<Entry, 'id' | 'random' | 'date'>> & { look?: Media | null } // look: how media of the server are shown meanwhile

/** Take messages into the outbox; they are shown at once and sent as soon as possible. */
export async function write(...written: Written[]): Promise<void> {
  const made = written.map(({ look = null, ...one }): Entry => {
    const id = --lastId
    if (look !== null) looks.set(id, look)
    return { ...PLAIN, ...one, id, peer: known(one.chat), random: randomId(), date: Math.floor(Date.now() / 1000) }
  })
  for (const entry of made) {
    entries.set(entry.id, entry)
    if (entry.schedule === 0) apply({ type: 'message', message: standIn(entry), fresh: true })
  }
  const kept = made.map(keep)
  if (made.every(({ file }) => file === null)) await Promise.all(kept) // a file may be large: it does not wait
  run()
}

const keeping = new Map<number, Promise<void>>() // entries on their way to the disk
const unkept = new Set<number>() // entries that this tab alone knows of

/** Put an entry on the disk. Where that is full it is sent all the same, but would not survive a closed tab. */
function keep(entry: Entry): Promise<void> {
  const done = stored.put(entry).catch(() => {
    unkept.add(entry.id)
    if (lasting.peek() === 'kept') lasting.value = 'full'
  })
  keeping.set(entry.id, done)
  return done
}

/** Forget an entry: it was sent or thrown away. */
function drop(id: number): void {
  entries.delete(id)
  looks.delete(id)
  failed.delete(id)
  unkept.delete(id)
  forgetBrought([id])
  void (keeping.get(id) ?? Promise.resolve()).then(() => stored.remove(id)).catch(() => undefined) // it was not kept
  keeping.delete(id)
}

interface Target {
  chat: PeerId
  top: number
  hidden: boolean // without saying whose the messages were
  silent: boolean
  schedule: number
}

/** Forward messages of one chat to a place. */
export function forward(messages: readonly Message[], { hidden, ...target }: Target): Promise<void> {
  const album = `forward-${randomId()}`
  const written = messages.map(
    ({ chat: from, id, album: of, text, entities, media }): Written => ({
      ...target,
      text,
      entities,
      reply: 0,
      album,
      forward: { from, id, hidden, album: of === '' ? '' : `${album}/${of}` },
      look: media,
    }),
  )
  return write(...written)
}

/** Take up what an earlier page left behind. */
export async function resume(): Promise<void> {
  for (const entry of await stored.load().catch(() => [])) {
    if (entries.has(entry.id)) continue
    if (!peers.peek().has(entry.chat)) {
      if (entry.peer === null) continue
      apply({ type: 'peers', peers: [entry.peer] })
    }
    entries.set(entry.id, entry)
    lastId = Math.min(lastId, entry.id)
    if (entry.schedule === 0) apply({ type: 'message', message: standIn(entry), fresh: false })
  }
  run()
}

/** Send an entry again that was refused. */
export function resend(id: number): void {
  const entry = entries.get(id)
  if (entry === undefined) return
  for (const one of togetherWith(entry)) {
    failed.delete(one.id)
    apply({ type: 'message', message: standIn(one), fresh: false })
  }
  run()
}

/** Throw an entry away, while its file is on its way, too. */
export function discard(id: number): void {
  const entry = entries.get(id)
  if (entry === undefined) return
  aborts.get(id)?.abort()
  drop(id)
  apply({ type: 'removed', chat: entry.chat, ids: [id] })
}

const failed = new Set<number>() // refused for good: they wait for the person

/** Return an entry with those that are sent together with it: an album. */
function togetherWith(entry: Entry): Entry[] {
  if (entry.album === '') return [entry]
  return [...entries.values()].filter((one) => one.album === entry.album)
}

/** Words do not wait for files, nor one chat's files for another's: what is in one lane is sent in order. */
function laneOf({ file, chat }: Entry): string {
  return file === null ? 'words' : `files/${chat}`
}

/** The next entries of a lane to be sent: one, or an album. */
function next(lane: string): Entry[] {
  for (const entry of entries.values()) {
    if (failed.has(entry.id) || laneOf(entry) !== lane) continue
    return togetherWith(entry).filter(({ id }) => !failed.has(id))
  }
  return []
}

const working = new Set<string>() // lanes from which is sent

async function work(lane: string): Promise<void> {
  try {
    for (let batch = next(lane); batch.length > 0; batch = next(lane)) await send(batch)
  } finally {
    working.delete(lane) // at once, so that what is written meanwhile begins anew
  }
}

function run(): void {
  for (const lane of new Set([...entries.values()].filter(({ id }) => !failed.has(id)).map(laneOf))) {
    if (working.has(lane)) continue
    working.add(lane)
    void alone(`${LOCK}/${lane}`, () => work(lane))
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
      await new Promise((go) => setTimeout(go, AGAIN_MS)) // the way is broken: the same again
      return
    }
    const pictures = unreadable(batch, error)
    for (const entry of pictures) sendAsFile(entry)
    if (pictures.length > 0) return
    forgetBrought(batch.map(({ id }) => id))
    for (const { id, chat } of batch) {
      failed.add(id)
      apply({ type: 'failed', chat, id, trouble: sentence(error) })
    }
  } finally {
    for (const { id } of batch) aborts.delete(id)
  }
}

/** Send a photo as a file from now on: the server cannot make a photo of it. */
function sendAsFile(entry: Entry): void {
  if (entry.file === null) return
  forgetBrought([entry.id])
  const changed: Entry = { ...entry, album: '', file: { ...entry.file, as: 'file' } }
  entries.set(entry.id, changed)
  void keep(changed)
  apply({ type: 'message', message: standIn(changed), fresh: false })
}

function replyTo(entry: Entry): object {
  const { reply, top, quote } = entry
  if (reply === 0 && top === 0) return {}
  const topMsgId = top === 0 ? {} : { topMsgId: top }
  const quoted =
    quote === null
      ? {}
      : { quoteText: quote.text, quoteOffset: quote.offset, quoteEntities: inputEntities(quote.entities, hashOf) }
  return { replyTo: { _: 'inputReplyToMessage', replyToMsgId: reply || top, ...topMsgId, ...quoted } }
}

function hashOf(user: PeerId): bigint {
  return peers.peek().get(user)?.hash ?? 0n
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
  return { message: entry.text, entities: inputEntities(entry.entities, hashOf) }
}

/** Forward a batch of entries: all come from one chat. */
function forwarded(batch: Entry[]): object {
  const [entry] = batch as [Entry]
  const { from, hidden } = entry.forward as NonNullable<Entry['forward']>
  return {
    _: 'messages.forwardMessages',
    fromPeer: inputPeer(from),
    id: batch.map((one) => one.forward?.id ?? 0),
    randomId: batch.map(({ random }) => random),
    toPeer: inputPeer(entry.chat),
    ...(entry.top === 0 ? {} : { topMsgId: entry.top }),
    ...(hidden ? { dropAuthor: true } : {}),
    ...(entry.silent ? { silent: true } : {}),
    ...(entry.schedule === 0 ? {} : { scheduleDate: entry.schedule }),
  }
}

/** Return the request for an entry without a file of this device. */
function plain(entry: Entry): object {
  const { existing, random: randomId } = entry
  const media = existing === null ? entry.media : { _: 'inputMediaDocument', id: { _: 'inputDocument', ...existing } }
  const both = { ...common(entry), ...worded(entry), randomId, clearDraft: true }
  if (media !== null) return { _: 'messages.sendMedia', ...both, media }
  return { _: 'messages.sendMessage', ...both, ...(entry.bare ? { noWebpage: true } : {}) }
}

async function sent(batch: Entry[], signal: AbortSignal): Promise<unknown> {
  const [entry] = batch as [Entry]
  const { chat } = entry
  known(chat)
  if (entry.forward !== null) return call(forwarded(batch) as never, signal)
  if (entry.file === null) return call(plain(entry) as never, signal)
  const brought = await bring(batch, signal)
  if (batch.length === 1) {
    const request = { _: 'messages.sendMedia', ...common(entry), ...worded(entry), media: brought[0], randomId: entry.random }
    return call(request as never, signal)
  }
  const multiMedia = batch.map((one, at) => ({
    _: 'inputSingleMedia',
    media: brought[at],
    randomId: one.random,
    ...worded(one),
  }))
  return call({ _: 'messages.sendMultiMedia', ...common(entry), multiMedia } as never, signal)
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
    drop(entry.id)
    const message = given._ === 'updateShortSentMessage' ? short(entry, answer) : longer(entry, found)
    adopt(entry, message?.media ?? null)
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

/** Nothing of one account is sent by another. */
onForget(() => {
  for (const abort of aborts.values()) abort.abort()
  for (const map of [entries, aborts, looks, keeping]) map.clear()
  failed.clear()
  unkept.clear()
})

/** What another tab sent stands in this one as sent, not as waiting. */
watch((event) => {
  if (event.type !== 'message' || event.message.id < 0 || !event.message.out) return
  for (const entry of entries.values()) {
    if (aborts.has(entry.id) || entry.chat !== event.message.chat) continue
    if (messageOf(entry.chat, event.message.id) === undefined) continue
    void sentElsewhere(entry).catch(() => undefined)
  }
})

/** Let go of an entry that another tab has sent: it is not in the store any more. */
async function sentElsewhere(entry: Entry): Promise<void> {
  await keeping.get(entry.id)
  const left = await stored.numbers()
  if (unkept.has(entry.id) || !entries.has(entry.id) || left.has(entry.id)) return
  entries.delete(entry.id)
  apply({ type: 'removed', chat: entry.chat, ids: [entry.id] })
}
