/** The sentence of a service message: somebody joined, a name changed, a message was pinned. */

import { messageText } from '../chats/summary.ts'
import type { Message, PeerId, Picture } from '../model/types.ts'
import { messageOf, peer } from '../store.ts'
import { nameOf } from '../ui/avatar.tsx'
import { isolated } from '../ui/bidi.ts'
import { period } from '../ui/times.ts'
import { says, t, type Word } from '../words.ts'

/** A stretch of the sentence: plain words, or what leads somewhere. */
export type Piece = { is: 'words'; text: string } | { is: 'peer'; peer: PeerId } | { is: 'pinned'; text: string }

const FROM = '\uE000' // stand for what is filled in; no translation holds them
const PEOPLE = '\uE001'
const TEXT = '\uE002'
const PINNED = '\uE003'
const PINNED_CHARS = 40 // of a pinned message that are shown

function variant({ service, from, chat }: Message): string {
  if (service === null) return ''
  const { key, people, number } = service
  if (people.length === 1 && people[0] === from && key !== 'ChatCreate') return `${key}.self`
  if (key === 'SetMessagesTTL' && number === 0) return `${key}.off`
  const where = peer(chat).value
  const broadcast = where?.kind === 'channel'
  if (broadcast && says(`history.service.${key}.channel`)) return `${key}.channel`
  return key
}

function wordOf(message: Message): Word {
  const word = `history.service.${variant(message)}`
  if (says(word)) return word
  const plain = `history.service.${message.service?.key ?? ''}`
  return says(plain) ? plain : 'history.service.other'
}

function pinnedText(message: Message): string {
  const { reply } = message
  const pinned = reply === null ? undefined : messageOf(reply.chat, reply.id)
  const text = pinned === undefined ? '' : messageText(pinned)
  return text.length > PINNED_CHARS ? `${[...text].slice(0, PINNED_CHARS).join('')}…` : text
}

function filled(message: Message, piece: string): Piece[] {
  const service = message.service as NonNullable<Message['service']>
  switch (piece) {
    case FROM:
      return [{ is: 'peer', peer: message.from }]
    case PEOPLE: {
      const named = service.people.map((id): Piece => ({ is: 'peer', peer: id }))
      return named.flatMap((one, at): Piece[] => (at === 0 ? [one] : [{ is: 'words', text: ', ' }, one]))
    }
    case TEXT:
      return [{ is: 'words', text: isolated(service.text) }]
    case PINNED: {
      const text = pinnedText(message)
      return [{ is: 'pinned', text: text === '' ? t('history.service.message') : `“${isolated(text)}”` }]
    }
    default:
      return piece === '' ? [] : [{ is: 'words', text: piece }]
  }
}

/** Return the sentence in pieces, so that names can be links. */
export function servicePieces(message: Message): Piece[] {
  const { service } = message
  if (service === null) return []
  const values = { from: FROM, people: PEOPLE, text: TEXT, pinned: PINNED, time: period(service.number), n: service.number }
  return t(wordOf(message), values)
    .split(/([\uE000-\uE003])/u)
    .flatMap((piece) => filled(message, piece))
}

export function serviceText(message: Message): string {
  return servicePieces(message)
    .map((piece) => (piece.is === 'peer' ? isolated(nameOf(peer(piece.peer).value)) : piece.text))
    .join('')
}

/** The picture that a service message shows: a group's new one. */
export function servicePhoto({ service }: Message): Picture | null {
  return service?.photo ?? null
}
