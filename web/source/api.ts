/** Calls of the API for the views: what they answer about people and chats is known to the store before they return. */

import { Gathering } from './gathering.ts'
import type { Answer, Request, Told } from './link.ts'
import { Link, Refused } from './link.ts'
import type * as api from './translate/tl.ts'
import type { Event } from './model/events.ts'
import type { Dialog, Message, PeerId } from './model/types.ts'
import { events } from './translate/updates.ts'
import { message } from './translate/messages.ts'
import * as translate from './translate/peers.ts'
import { apply, connection, keeping, known, onForget, self } from './store.ts'

export { Refused }

const ended = new Set<() => void>()

/** Be told when the session has ended: logged out elsewhere, or here. */
export function onEnd(hear: () => void): void {
  ended.add(hear)
}

const scanned = new Set<() => void>()

/** Be told when somebody has accepted the log-in token that is shown. Returns how to stop. */
export function onLoginToken(hear: () => void): () => void {
  scanned.add(hear)
  return () => scanned.delete(hear)
}

const gathering = new Gathering<Event>((all) => apply(...all))

onForget(() => gathering.drop())

export const link = new Link(hear, () => gathering.settle())

function hear(told: Told): void {
  if ('update' in told) {
    gathering.add([...taught(told), ...events(told.update, self.peek(), Date.now())])
    return
  }
  gathering.settle()
  if ('connection' in told) connection.value = told.connection
  else if ('keeping' in told) keeping.value = told.keeping
  else if ('reset' in told) apply({ type: 'reset', chat: translate.channelId(told.reset) })
  else if ('scanned' in told) for (const one of scanned) one()
  else if ('ended' in told && self.peek() !== 0) for (const one of ended) one()
}

/** Return what an answer, or what is told, says of people and chats. */
function taught(answer: unknown): Event[] {
  if (typeof answer !== 'object' || answer === null) return []
  const { users = [], chats = [], updates } = answer as { users?: api.User[]; chats?: api.Chat[]; updates?: unknown }
  const within = Array.isArray(updates) ? [] : taught(updates)
  if (!Array.isArray(users) || !Array.isArray(chats) || users.length + chats.length === 0) return within
  const seen = users.filter((one) => typeof one === 'object').map(translate.user)
  return [...within, { type: 'peers', peers: [...seen, ...chats.map(translate.chat)] }]
}

/** Learn of the people and chats that an answer brings along. */
export function learn(answer: unknown): void {
  const said = taught(answer)
  if (said.length > 0) apply(...said)
}

/** Call a method; rejects with `Refused`. */
export async function call<R extends Request>(
  request: R,
  signal?: AbortSignal,
): Promise<Answer<R['_']>> {
  const answer = await link.call(request, signal)
  learn(answer)
  return answer
}

export function inputPeer(id: PeerId): api.InputPeer {
  return translate.inputPeer(known(id))
}

export function inputUser(id: PeerId): api.InputUser {
  return translate.inputUser(known(id))
}

export function inputChannel(id: PeerId): api.InputChannel {
  return translate.inputChannel(known(id))
}

/** Return the messages of an answer, the newest first. */
export function messagesOf(answer: { messages: api.Message[] } | object): Message[] {
  const given = (answer as { messages?: api.Message[] }).messages ?? []
  return given.map((one) => message(one, self.peek())).filter((one) => one !== null)
}

export type { Dialog, Message, PeerId }
