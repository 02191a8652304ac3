/** Messages and rows for tests, with what a test does not care about filled in. */

import type { Dialog, Message, Topic } from '../source/model/types.ts'

export function message(id: number, more: Partial<Message> = {}): Message {
  return {
    chat: 7,
    id,
    key: `${id}`,
    out: false,
    from: 7,
    date: 1_700_000_000 + id * 1_000,
    edited: 0,
    text: `text ${id}`,
    entities: [],
    media: null,
    reply: null,
    forward: null,
    album: '',
    reactions: [],
    views: 0,
    comments: null,
    service: null,
    pinned: false,
    mentioned: false,
    unheard: false,
    silent: false,
    noForwards: false,
    signature: '',
    bot: 0,
    markup: null,
    sending: 'sent',
    ...more,
  }
}

export function dialog(chat: number, more: Partial<Dialog> = {}): Dialog {
  return {
    chat,
    top: 1,
    unread: 0,
    mentions: 0,
    reactions: 0,
    marked: false,
    readInbox: 0,
    readOutbox: 0,
    pinned: false,
    folder: 0,
    draft: null,
    notify: { mutedUntil: 0, silent: false, previews: true },
    date: 1_700_000_000,
    topicOnly: false,
    ...more,
  }
}

export function topic(chat: number, id: number, more: Partial<Topic> = {}): Topic {
  return {
    chat,
    id,
    title: `topic ${id}`,
    colour: 0,
    date: 1,
    author: 1,
    mine: false,
    closed: false,
    hidden: false,
    pinned: false,
    top: id,
    unread: 0,
    mentions: 0,
    readInbox: id,
    readOutbox: id,
    notify: { mutedUntil: 0, silent: false, previews: true },
    ...more,
  }
}
