/** Messages that are to be sent later: which wait in a chat, and what can be done about them. */

import { signal, type Signal } from '@preact/signals'

import { call, inputPeer, messagesOf } from '../api.ts'
import type { Message, PeerId } from '../model/types.ts'
import { onForget, watch } from '../store.ts'
import { pickMoment } from '../ui/calendar.tsx'
import { t } from '../words.ts'

const LATEST_S = 365 * 86_400 // seconds ahead that a message may wait
const SOON_S = 60 // seconds before which it is sent at once
const OFFERED_S = 3_600 // seconds ahead that are offered first

const waiting = new Map<PeerId, Signal<readonly Message[]>>()
const asked = new Set<PeerId>()

async function read(chat: PeerId): Promise<void> {
  const answer = await call({ _: 'messages.getScheduledHistory', peer: inputPeer(chat), hash: 0n })
  const messages = messagesOf(answer).sort((one, other) => one.date - other.date || one.id - other.id)
  held(chat).value = messages
}

function held(chat: PeerId): Signal<readonly Message[]> {
  let found = waiting.get(chat)
  if (found === undefined) {
    found = signal([])
    waiting.set(chat, found)
  }
  return found
}

/** Return the signal of what waits in a chat, the earliest first; it is read once and kept true. */
export function scheduledIn(chat: PeerId): Signal<readonly Message[]> {
  if (!asked.has(chat)) {
    asked.add(chat)
    read(chat).catch(() => asked.delete(chat))
  }
  return held(chat)
}

watch((event) => {
  if (event.type === 'scheduled' && asked.has(event.message.chat)) {
    const { message } = event
    const others = held(message.chat).peek().filter(({ id }) => id !== message.id)
    held(message.chat).value = [...others, message].sort((one, other) => one.date - other.date || one.id - other.id)
  } else if (event.type === 'unscheduled') {
    const known = waiting.get(event.chat)
    if (known !== undefined) known.value = known.peek().filter(({ id }) => !event.ids.includes(id))
  }
})

/** Send one now. */
export async function sendNow(message: Message): Promise<void> {
  await call({ _: 'messages.sendScheduledMessages', peer: inputPeer(message.chat), id: [message.id] })
  await read(message.chat)
}

export async function unschedule(message: Message): Promise<void> {
  await call({ _: 'messages.deleteScheduledMessages', peer: inputPeer(message.chat), id: [message.id] })
  await read(message.chat)
}

/** Let one wait until another moment. */
export async function reschedule(message: Message, moment: number): Promise<void> {
  await call({ _: 'messages.editMessage', peer: inputPeer(message.chat), id: message.id, scheduleDate: moment })
  await read(message.chat)
}

/** Ask when a message shall be sent; resolves to seconds of Unix time, or null. */
export function askWhen(chosen?: number): Promise<number | null> {
  const now = Math.floor(Date.now() / 1000)
  return pickMoment({
    title: t('compose.schedule'),
    chosen: chosen ?? now + OFFERED_S,
    earliest: now + SOON_S,
    latest: now + LATEST_S,
    yes: t('compose.schedule.do'),
  })
}

onForget(() => {
  waiting.clear()
  asked.clear()
})
