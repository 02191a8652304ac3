/** What the views show: plain records, made from the API's objects in `translate.ts` and never changed in place. */

import type { Place } from '../link.ts'

/** A user (positive), a basic group (negative), or a channel (below -10^12): "marked", as bots' libraries write it. */
export type PeerId = number
export const CHANNEL_OFFSET = -1_000_000_000_000
export const SERVICE: PeerId = 777_000 // the service's own account, in whose chat it says what it did

export type PeerKind = 'user' | 'group' | 'supergroup' | 'channel'

/** A picture in several sizes. `id` stays the same as long as the picture does. */
export interface Picture {
  id: string
  width: number
  height: number
  preview: Uint8Array | null // a tiny JPEG without its head ("stripped"), to show blurred
  sizes: { type: string; width: number; height: number; bytes: number }[] // small ones first
  place: (type: string) => Place
}

/** Somebody or something that can be named as the place or the sender of a message. */
export interface Peer {
  id: PeerId
  kind: PeerKind
  hash: bigint // the access hash; 0n for groups
  name: string
  username: string
  photo: { id: string; preview: Uint8Array | null } | null
  min: boolean // seen only in passing: what is missing here may exist
  // users
  first?: string
  last?: string
  phone?: string
  bot?: boolean
  self?: boolean
  contact?: boolean
  deleted?: boolean
  support?: boolean // of the service
  verified?: boolean
  scam?: boolean
  fake?: boolean
  presence?: Presence
  restriction?: string // a sentence that stands in place of the chat
  // groups and channels
  creator?: boolean
  left?: boolean // or thrown out: nothing can be written
  forbidden?: boolean // thrown out, or it does not exist any more: nothing can be looked at
  until?: number // seconds of Unix time until which I am thrown out; 0: for ever
  members?: number
  admin?: Rights | null // what I may do as an administrator
  banned?: Rights | null // what I may not do
  everybody?: Rights | null // what nobody may do (default_banned_rights)
  forum?: boolean // has topics
  signatures?: boolean
  joinRequest?: boolean
  joinToSend?: boolean
  noForwards?: boolean
  slowMode?: boolean
  hasLink?: boolean // a discussion belongs to it
  movedTo?: PeerId // the supergroup that a basic group became
}

/** Names of rights as the API has them, in camel case: changeInfo, postMessages, sendMedia, untilDate, … */
export type Rights = Record<string, boolean | number>

export type Presence =
  | { is: 'online'; until: number } // seconds of Unix time
  | { is: 'offline'; since: number }
  | { is: 'recently' | 'week' | 'month' | 'unknown' }

/** A stretch of a text, in UTF-16 units. */
export interface Entity {
  type:
    | 'bold'
    | 'italic'
    | 'underline'
    | 'strike'
    | 'spoiler'
    | 'code'
    | 'pre'
    | 'quote'
    | 'link' // the text is its address
    | 'text_link'
    | 'email'
    | 'phone'
    | 'mention' // @name
    | 'text_mention'
    | 'hashtag'
    | 'cashtag'
    | 'command'
    | 'emoji' // custom
    | 'other'
  offset: number
  length: number
  url?: string
  user?: PeerId
  language?: string
  document?: string // of a custom emoji
  collapsed?: boolean
}

/** A file: its bytes are fetched from `place`. */
export interface Doc {
  id: string
  type: string // MIME
  size: number
  name: string
  width: number
  height: number
  seconds: number
  kind: 'file' | 'video' | 'round' | 'voice' | 'audio' | 'gif' | 'sticker'
  title?: string // audio
  performer?: string
  waveform?: Uint8Array // voice: 5-bit samples
  emoji?: string // sticker
  set?: { id: string; hash: string } // of stickers that it is in
  preview: Uint8Array | null
  thumb: { type: string; width: number; height: number } | null
  streams: boolean
  place: (thumb?: string) => Place
  input: { id: bigint; accessHash: bigint; fileReference: Uint8Array }
}

export interface PollOption {
  key: string // its bytes, in hexadecimal
  text: string
  entities?: Entity[]
  votes: number
  chosen: boolean
  correct: boolean
}

export interface Poll {
  id: string
  question: string
  questionEntities?: Entity[]
  options: PollOption[]
  voters: number
  quiz: boolean
  several: boolean
  open: boolean // voters are seen
  closed: boolean
  solution: string
  solutionEntities?: Entity[]
  closesAt: number // seconds of Unix time; 0: never by itself
  final?: boolean // a vote cannot be taken back
}

/** What is known of a page that a text links to. */
export interface WebPage {
  is: 'page'
  id: string
  url: string
  site: string
  title: string
  text: string
  photo: Picture | null
  large: boolean // the picture is shown as wide as the message, not beside the words
}

export type Media =
  | { is: 'photo'; photo: Picture; spoiler: boolean; input: Doc['input'] }
  | { is: 'document'; document: Doc; spoiler: boolean }
  | WebPage
  | { is: 'poll'; poll: Poll }
  | { is: 'contact'; name: string; phone: string; user: PeerId }
  | { is: 'place'; lat: number; long: number; title: string; address: string }
  | { is: 'dice'; emoji: string; value: number }
  | { is: 'unknown'; name: string }

export interface Reaction {
  key: string // an emoji, or `custom:<document>`
  count: number
  chosen: boolean
  fresh?: boolean // somebody's whom I have not looked at
}

export interface Forward {
  from: PeerId | 0
  name: string // where the sender is hidden
  date: number
  post: number // in a channel; 0: none
}

export interface Reply {
  id: number // 0: of a story or hidden
  chat: PeerId // where it stands: usually the same
  quote: string
  top: number // the topic or thread; 0: none
  origin?: { from: PeerId; name: string } // of an answer to what stands in another chat
  media?: Media | null // what that one carried
}

/** An event in a chat instead of a message: `key` of `history/words`, with what the sentence names. */
export interface Service {
  key: string
  people: PeerId[]
  text: string
  number: number
  photo?: Picture | null
}

export type Sending = 'sent' | 'waiting' | 'failed'

export interface Message {
  chat: PeerId
  id: number // below 0: not yet sent; the number of its outbox entry
  key: string // stays the same when a sent message gets its number
  out: boolean
  from: PeerId
  date: number // seconds of Unix time
  edited: number // 0: never; edits that are not shown (reactions) do not count
  text: string
  entities: Entity[]
  media: Media | null
  reply: Reply | null
  forward: Forward | null
  album: string // '' or the number that messages of one album share
  reactions: readonly Reaction[]
  views: number
  forwards?: number
  comments: { count: number; channel: PeerId; unread: boolean } | null
  service: Service | null
  pinned: boolean
  mentioned: boolean
  unheard: boolean // a voice or round video that nobody has played
  silent: boolean
  noForwards: boolean
  signature: string
  bot: PeerId // through which it was sent; 0: none
  markup: Keyboard | null
  below?: Below // what a bot puts in place of letters
  sending: Sending
  progress?: number // 0…1, of the file that is brought to the server
  trouble?: string // why sending failed
}

export interface BotButton {
  text: string
  url: string
  data: Uint8Array | null
  kind: string
  copies?: string // what a press puts into the clipboard
  user?: PeerId // whose chat a press opens
  inline?: { query: string; here: boolean } // the bot is asked by its name in a chat: in this one, or in one that is chosen
  wants?: { button: number; kind: string; most: number } // people or chats that are chosen for the bot
  quiz?: boolean // the poll that is asked for
  style?: 'primary' | 'danger' | 'good'
}

/** Buttons under a message. */
export interface Keyboard {
  rows: BotButton[][]
}

/** What a bot puts in place of letters; `selective`: for whom it answers or names alone. */
export type Below =
  | { is: 'keys'; rows: BotButton[][]; selective: boolean; once: boolean; hint: string }
  | { is: 'answer'; selective: boolean; hint: string } // its message is to be answered
  | { is: 'letters'; selective: boolean } // the keys are gone

/** Something a bot understands. */
export interface Command {
  bot: PeerId
  name: string
  note: string
}

export interface Draft {
  text: string
  entities: Entity[]
  reply: number
  date: number
}

export interface NotifySettings {
  mutedUntil: number // seconds of Unix time; 0: not muted
  silent: boolean
  previews: boolean
}

/** A chat in the list. */
export interface Dialog {
  chat: PeerId
  top: number // the newest message's number
  unread: number
  mentions: number
  reactions: number
  marked: boolean // as unread, by hand
  readInbox: number // the newest message of others that I read
  readOutbox: number // the newest of mine that others read
  pinned: boolean
  folder: number // 0: the list, 1: the archive
  draft: Draft | null
  notify: NotifySettings
  date: number // by which it is sorted: of the newest message or the draft
  topicOnly: boolean
}

export interface Typing {
  user: PeerId
  action: string // typing, record_audio, upload_photo …
  until: number // milliseconds of the page's clock
}

/** A conversation of a forum. */
export interface Topic {
  chat: PeerId
  id: number // of the message that began it; GENERAL: what belongs to no other
  title: string
  colour: number // of its icon: red, green and blue in 24 bits
  date: number // when it began, seconds of Unix time
  author: PeerId
  mine: boolean
  closed: boolean // only those who manage topics write in it
  hidden: boolean // only General can be
  pinned: boolean
  top: number // the newest message's number
  unread: number
  mentions: number
  readInbox: number
  readOutbox: number
  notify: NotifySettings
}

export const GENERAL = 1
