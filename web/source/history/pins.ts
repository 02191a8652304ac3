/** The pinned messages of a chat or topic, the newest first; kept true while somebody looks at them. */

import { signal, type Signal } from '@preact/signals'

import { call, inputPeer, messagesOf } from '../api.ts'
import type { Message, PeerId } from '../model/types.ts'
import { onForget, watch } from '../store.ts'
import { isChannelId } from '../translate/peers.ts'

const PINNED_MAX = 100 // that are asked for
const PAUSE_MS = 200 // before they are read anew

interface Pins {
  chat: PeerId
  top: number
  messages: Signal<readonly Message[]>
  asked: boolean
}

const known = new Map<string, Pins>()

async function read(pins: Pins): Promise<void> {
  const { chat, top } = pins
  const answer = await call({
    _: 'messages.search',
    peer: inputPeer(chat),
    q: '',
    filter: { _: 'inputMessagesFilterPinned' },
    ...(top === 0 ? {} : { topMsgId: top }),
    minDate: 0,
    maxDate: 0,
    offsetId: 0,
    addOffset: 0,
    limit: PINNED_MAX,
    maxId: 0,
    minId: 0,
    hash: 0n,
  })
  pins.messages.value = messagesOf(answer)
}

/** Return the pinned messages of a place; they are read once, and anew when some are pinned or unpinned. */
export function pinsOf(chat: PeerId, top: number): Signal<readonly Message[]> {
  const key = `${chat}/${top}`
  let pins = known.get(key)
  if (pins === undefined) {
    pins = { chat, top, messages: signal([]), asked: false }
    known.set(key, pins)
  }
  if (!pins.asked) {
    pins.asked = true
    const asking = pins
    read(asking).catch(() => {
      asking.asked = false
    })
  }
  return pins.messages
}

/** Unpin all of a place. */
export async function unpinAll(chat: PeerId, top: number): Promise<void> {
  for (;;) {
    const { offset } = await call({
      _: 'messages.unpinAllMessages',
      peer: inputPeer(chat),
      ...(top === 0 ? {} : { topMsgId: top }),
    })
    if (offset === 0) return
  }
}

watch((event) => {
  for (const pins of known.values()) {
    if (event.type === 'pins' && event.chat === pins.chat) {
      const held = pins.messages.peek()
      const changes = held.some(({ id }) => event.ids.includes(id)) !== event.pinned || event.ids.length === 0
      if (changes) setTimeout(() => void read(pins).catch(() => undefined), PAUSE_MS)
    } else if (event.type === 'edited' && event.message.chat === pins.chat) {
      const { message } = event
      if (!pins.messages.peek().some(({ id }) => id === message.id)) continue
      pins.messages.value = pins.messages.peek().map((one) => (one.id === message.id ? message : one))
    } else if (event.type === 'removed') {
      const here = event.chat === null ? !isChannelId(pins.chat) : event.chat === pins.chat
      const left = pins.messages.peek().filter(({ id }) => !event.ids.includes(id))
      if (here && left.length < pins.messages.peek().length) pins.messages.value = left
    }
  }
})

onForget(() => known.clear())
