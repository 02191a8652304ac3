/** What is known of a chat's messages: one window of them without holes, and what waits to be sent. Pure. */

import type { Event, Page } from './events.ts'
import { CHANNEL_OFFSET, GENERAL, type Message, type PeerId } from './types.ts'

export const WINDOW_MAX = 300 // messages that are kept and drawn
export const WINDOW_OVER = 50 // beyond them that may come before whoever shows the window cuts it
const UNSEEN_MAX = 2 * WINDOW_MAX // messages of a window that nobody shows, and nobody cuts therefore

export interface History {
  chat: PeerId
  top: number // of a topic or thread; 0: the whole chat
  ids: readonly number[] // of the window, ascending
  messages: ReadonlyMap<number, Message>
  waiting: readonly Message[] // of the outbox, in the order they were written
  start: boolean // the window reaches the oldest message
  end: boolean // the window reaches the newest
  known: boolean // a page has been read
}

export function empty(chat: PeerId, top: number): History {
  return {
    chat,
    top,
    ids: [],
    messages: new Map(),
    waiting: [],
    start: false,
    end: false,
    known: false,
  }
}

/** Say whether a message stands in this history: in its topic or thread, too. */
export function belongs(history: History, message: Message): boolean {
  if (message.chat !== history.chat) return false
  if (history.top === 0) return true
  const { reply } = message
  if (message.id === history.top) return true
  if (history.top === GENERAL) return reply === null || reply.top <= GENERAL // what names no topic
  return reply !== null && (reply.top === history.top || (reply.top === 0 && reply.id === history.top))
}

/** Return all that is shown, the oldest first. */
export function shown(history: History): Message[] {
  const rows = history.ids.map((id) => history.messages.get(id) as Message)
  return history.end || !history.known ? [...rows, ...history.waiting] : rows
}

function placed(history: History, added: readonly Message[]): History {
  const messages = new Map(history.messages)
  for (const message of added) messages.set(message.id, keyed(message, messages.get(message.id)))
  const ids = [...messages.keys()].sort((one, other) => one - other)
  return { ...history, ids, messages }
}

/** Keep the key under which a row is drawn already. */
function keyed(message: Message, known: Message | undefined): Message {
  return known === undefined ? message : { ...message, key: known.key }
}

function paged(history: History, page: Page): History {
  if (page.from === 'older') return { ...placed(history, page.messages), start: page.reachesStart }
  if (page.from === 'newer') return { ...placed(history, page.messages), end: page.reachesEnd }
  const last = Math.max(0, ...page.messages.map(({ id }) => id))
  const cameMeanwhile = page.reachesEnd ? history.ids.filter((id) => id > last) : []
  const kept = cameMeanwhile.map((id) => history.messages.get(id) as Message)
  const window = placed({ ...history, ids: [], messages: new Map() }, [...page.messages, ...kept])
  return { ...window, known: true, start: page.reachesStart, end: page.reachesEnd }
}

function trimmed(history: History, keep: 'older' | 'newer'): History {
  if (history.ids.length <= WINDOW_MAX) return history
  const ids =
    keep === 'older' ? history.ids.slice(0, WINDOW_MAX) : history.ids.slice(-WINDOW_MAX)
  const messages = new Map(ids.map((id) => [id, history.messages.get(id) as Message]))
  const lost = keep === 'older' ? { end: false } : { start: false }
  return { ...history, ids, messages, ...lost }
}

function without(history: History, gone: ReadonlySet<number>): History {
  if (![...gone].some((id) => history.messages.has(id) || id < 0)) return history
  const messages = new Map([...history.messages].filter(([id]) => !gone.has(id)))
  const waiting = history.waiting.filter(({ id }) => !gone.has(id))
  return { ...history, messages, waiting, ids: history.ids.filter((id) => !gone.has(id)) }
}

function mapped(history: History, ids: readonly number[], change: (message: Message) => Message): History {
  const found = ids.filter((id) => history.messages.has(id))
  if (found.length === 0) return history
  const messages = new Map(history.messages)
  for (const id of found) messages.set(id, change(messages.get(id) as Message))
  return { ...history, messages }
}

function mailboxes(chat: PeerId): boolean {
  return chat > CHANNEL_OFFSET
}

function pending(history: History, id: number, change: (message: Message) => Message): History {
  return {
    ...history,
    waiting: history.waiting.map((one) => (one.id === id ? change(one) : one)),
  }
}

/** Say whether an event can change this history. */
function concerns(history: History, event: Event): boolean {
  if (event.type === 'poll' || event.type === 'webpage') return true
  if (event.type === 'removed' || event.type === 'heard') {
    return event.chat === null ? mailboxes(history.chat) : event.chat === history.chat
  }
  if ('message' in event) return belongs(history, event.message)
  if ('chat' in event && 'top' in event && event.type !== 'typing') {
    return event.chat === history.chat && event.top === history.top
  }
  return 'chat' in event && event.chat === history.chat
}

/** Return a history after an event. */
export function reduce(history: History, event: Event): History {
  if (!concerns(history, event)) return history
  switch (event.type) {
    case 'page':
      return paged(history, event.page)
    case 'trim':
      return trimmed(history, event.keep)
    case 'message':
      return arrived(history, event.message)
    case 'edited':
      return mapped(history, [event.message.id], (known) => keyed(event.message, known))
    case 'sent': {
      const was = history.waiting.find(({ id }) => id === event.temporary)
      const rest = without(history, new Set([event.temporary]))
      const message = was === undefined ? event.message : { ...event.message, key: was.key }
      return rest.end || !rest.known ? placed(rest, [message]) : rest
    }
    case 'removed':
      return without(history, new Set(event.ids))
    case 'cleared':
      return without(history, new Set(history.ids.filter((id) => id <= event.upTo)))
    case 'reset':
    case 'dialog.gone':
      return { ...empty(history.chat, history.top), waiting: history.waiting }
    default:
      return marked(history, event)
  }
}

function arrived(history: History, message: Message): History {
  if (message.id < 0) {
    const others = history.waiting.filter(({ id }) => id !== message.id)
    return { ...history, waiting: [...others, message] }
  }
  const follows = history.end || !history.known // before the first page it may be newer than the page
  if (!follows || history.messages.has(message.id)) return history
  const longer = placed(history, [message])
  return longer.ids.length > UNSEEN_MAX ? trimmed(longer, 'newer') : longer
}

/** What changes single messages. */
function marked(history: History, event: Event): History {
  switch (event.type) {
    case 'heard':
      return mapped(history, event.ids, (one) => ({ ...one, unheard: false }))
    case 'pins':
      return mapped(history, event.ids, (one) => ({ ...one, pinned: event.pinned }))
    case 'reactions':
      return mapped(history, [event.id], (one) => ({ ...one, reactions: event.reactions }))
    case 'views':
      return mapped(history, [event.id], (one) => ({ ...one, views: event.views }))
    case 'comments':
      return mapped(history, [event.id], ({ comments, ...one }) => ({
        ...one,
        comments: comments && { ...comments, count: event.count },
      }))
    case 'progress':
      return pending(history, event.id, (one) => ({ ...one, progress: event.progress }))
    case 'failed':
      return pending(history, event.id, (one) => ({
        ...one,
        sending: 'failed',
        trouble: event.trouble,
      }))
    case 'webpage': {
      const linking = history.ids.filter((id) => {
        const media = history.messages.get(id)?.media
        return media?.is === 'page' && media.id === event.id
      })
      return mapped(history, linking, (one) => ({ ...one, media: event.page }))
    }
    case 'poll': {
      const { poll, partial } = event
      const holding = history.ids.filter((id) => {
        const media = history.messages.get(id)?.media
        return media?.is === 'poll' && media.poll.id === poll.id
      })
      return mapped(history, holding, (one) => {
        if (one.media?.is !== 'poll') return one
        const before = one.media.poll
        const chosen = new Set(before.options.filter((o) => o.chosen).map((o) => o.key))
        const options = poll.options.map((o) => (partial ? { ...o, chosen: chosen.has(o.key) } : o))
        return { ...one, media: { is: 'poll', poll: { ...poll, options } } }
      })
    }
    default:
      return history
  }
}
