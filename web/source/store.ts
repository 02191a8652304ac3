/** The state of this page as signals, and the one place where it changes: `apply`. */

import { batch, computed, effect, type ReadonlySignal, type Signal, signal } from '@preact/signals'

import * as dialogsModel from './model/dialogs.ts'
import * as historyModel from './model/history.ts'
import * as peersModel from './model/peers.ts'
import * as topicsModel from './model/topics.ts'
import * as typingModel from './model/typing.ts'
import * as waitingModel from './model/waiting.ts'
import type { Event } from './model/events.ts'
import type { Message, Peer, PeerId } from './model/types.ts'
import type { About, Connection, Keeping } from './engine/protocol.ts'

export const about = signal<About | null>(null)
export const connection = signal<Connection>('connecting')
export const keeping = signal<Keeping>('kept') // how lasting what this browser keeps is
export const self = signal<PeerId>(0) // who is logged in; 0: nobody

export const peers = signal<peersModel.Peers>(new Map())
export const dialogs = signal<dialogsModel.Dialogs>(dialogsModel.NONE)
export const forums = signal<topicsModel.Forums>(new Map()) // topics, by chat
export const typings = signal<typingModel.Typings>(new Map())

const histories = new Map<string, Signal<historyModel.History>>()
let waiting = waitingModel.NONE
const peerSignals = new Map<PeerId, ReadonlySignal<Peer | undefined>>()

/** Return the signal of one peer: who reads it is not drawn anew when others change. */
export function peer(id: PeerId): ReadonlySignal<Peer | undefined> {
  let found = peerSignals.get(id)
  if (found === undefined) {
    found = computed(() => peers.value.get(id))
    peerSignals.set(id, found)
  }
  return found
}

/** Return a peer that must be known: whoever is named in an answer comes with it. */
export function known(id: PeerId): Peer {
  const found = peers.peek().get(id)
  if (found === undefined) throw new Error('a peer nobody spoke of')
  return found
}

/** Return the signal of a chat's messages, or of a topic's or thread's where `top` names one. */
export function history(chat: PeerId, top = 0): Signal<historyModel.History> {
  const key = `${chat}/${top}`
  let found = histories.get(key)
  if (found === undefined) {
    const none = historyModel.empty(chat, top)
    found = signal({ ...none, waiting: [...waiting.values()].filter((one) => historyModel.belongs(none, one)) })
    histories.set(key, found)
  }
  return found
}

/** Return the chats' messages that this page holds at the moment. */
export function openHistories(): historyModel.History[] {
  return [...histories.values()].map((one) => one.peek())
}

/** Return a message that some window holds. */
export function messageOf(chat: PeerId, id: number): Message | undefined {
  for (const one of histories.values()) {
    const value = one.peek()
    const found = value.chat === chat ? value.messages.get(id) : undefined
    if (found !== undefined) return found
  }
  const top = dialogs.peek().tops.get(chat)
  return top?.id === id ? top : undefined
}

const watchers = new Set<(event: Event) => void>()

/** Be told of every event after it was applied; for notifications and the like. Returns how to stop. */
export function watch(watcher: (event: Event) => void): () => void {
  watchers.add(watcher)
  return () => watchers.delete(watcher)
}

/** Change the state by events. */
export function apply(...events: Event[]): void {
  batch(() => {
    for (const event of events) {
      peers.value = peersModel.reduce(peers.peek(), event)
      if (!dialogsModel.isOutside(peers.peek(), event)) dialogs.value = dialogsModel.reduce(dialogs.peek(), event)
      forums.value = topicsModel.reduce(forums.peek(), event)
      typings.value = typingModel.reduce(typings.peek(), event)
      waiting = waitingModel.reduce(waiting, event)
      for (const one of histories.values()) one.value = historyModel.reduce(one.peek(), event)
    }
  })
  for (const event of events) for (const watcher of watchers) watcher(event)
}

const forgetting = new Set<() => void>()

/** Have something forgotten that is kept beside this state, once somebody logs out. */
export function onForget(how: () => void): void {
  forgetting.add(how)
}

/** Forget everything: somebody logged out. */
export function forget(): void {
  for (const how of forgetting) how()
  batch(() => {
    self.value = 0
    peers.value = new Map()
    dialogs.value = dialogsModel.NONE
    forums.value = new Map()
    typings.value = new Map()
    histories.clear()
    waiting = waitingModel.NONE
  })
}

effect(() => {
  if (typings.value.size === 0) return undefined
  const timer = setInterval(() => {
    typings.value = typingModel.expired(typings.peek(), Date.now())
  }, 1_000)
  return () => clearInterval(timer)
})
