/** What happens to the model: every update and every answer becomes some of these, and `reduce` functions apply them. */

import type {
  Dialog,
  Draft,
  Message,
  NotifySettings,
  Peer,
  PeerId,
  Poll,
  Presence,
  Reaction,
  WebPage,
  Topic,
} from './types.ts'

export type Event =
  | { type: 'peers'; peers: readonly Peer[] }
  | { type: 'presence'; user: PeerId; presence: Presence }
  | { type: 'named'; user: PeerId; first: string; last: string; username: string }
  | { type: 'phone'; user: PeerId; phone: string }
  | { type: 'blocked'; user: PeerId; blocked: boolean }
  | { type: 'stale'; peer: PeerId } // what its profile says has changed
  | { type: 'requests'; peer: PeerId; pending: number; recent: readonly PeerId[] } // to be let in
  | { type: 'dialogs'; dialogs: readonly Dialog[]; messages: readonly Message[] } // a page of the list
  | { type: 'dialogs.anew'; folder: number } // its rows are read from the beginning
  | { type: 'dialog.gone'; chat: PeerId } // left, or deleted
  | { type: 'dialog.pinned'; chat: PeerId; pinned: boolean }
  | { type: 'dialogs.order'; folder: number; pinned: readonly PeerId[] }
  | { type: 'dialog.folder'; chat: PeerId; folder: number }
  | { type: 'folders' } // they, or their order, were changed elsewhere
  | { type: 'devices' } // who is logged in, or wants to be, has changed
  | { type: 'config' } // the server's configuration for apps is another
  | { type: 'dialog.marked'; chat: PeerId; marked: boolean }
  | { type: 'dialog.unread'; chat: PeerId; unread: number }
  | { type: 'dialog.mentions'; chat: PeerId; mentions: number }
  | { type: 'draft'; chat: PeerId; draft: Draft | null; now: number }
  | { type: 'notify'; chat: PeerId; notify: NotifySettings }
  | { type: 'message'; message: Message; fresh: boolean } // fresh: it has just come, not from a page
  | { type: 'edited'; message: Message }
  | { type: 'sent'; chat: PeerId; temporary: number; message: Message } // an outbox entry got its number
  | { type: 'scheduled'; message: Message } // one that waits: its number is of another row than those that were sent
  | { type: 'unscheduled'; chat: PeerId; ids: readonly number[] }
  | { type: 'removed'; chat: PeerId | null; ids: readonly number[] } // null: of mailboxes, whose numbers are one row
  | { type: 'cleared'; chat: PeerId; upTo: number }
  | { type: 'page'; chat: PeerId; top: number; page: Page } // top: of a topic or thread; 0: the chat
  | { type: 'trim'; chat: PeerId; top: number; keep: 'older' | 'newer' } // the window became too long
  | { type: 'reset'; chat: PeerId } // too much was missed: what is known of its history is forgotten
  | { type: 'read.inbox'; chat: PeerId; upTo: number; unread: number }
  | { type: 'read.outbox'; chat: PeerId; upTo: number }
  | { type: 'heard'; chat: PeerId | null; ids: readonly number[] }
  | { type: 'pins'; chat: PeerId; ids: readonly number[]; pinned: boolean }
  | { type: 'reactions'; chat: PeerId; id: number; reactions: readonly Reaction[] }
  | { type: 'webpage'; id: string; page: WebPage | null } // what was being read of a page is there
  | { type: 'poll'; poll: Poll; partial: boolean } // partial: without who chose what
  | { type: 'views'; chat: PeerId; id: number; views: number }
  | { type: 'comments'; chat: PeerId; id: number; count: number }
  | { type: 'progress'; chat: PeerId; id: number; progress: number }
  | { type: 'failed'; chat: PeerId; id: number; trouble: string }
  | { type: 'topics'; chat: PeerId; topics: readonly Topic[]; messages: readonly Message[]; complete: boolean; anew?: boolean } // anew: and no others
  | { type: 'topic.gone'; chat: PeerId; topic: number }
  | { type: 'topic.pinned'; chat: PeerId; topic: number; pinned: boolean }
  | { type: 'topics.order'; chat: PeerId; pinned: readonly number[] }
  | { type: 'topic.inbox'; chat: PeerId; topic: number; upTo: number }
  | { type: 'topic.outbox'; chat: PeerId; topic: number; upTo: number }
  | { type: 'topic.notify'; chat: PeerId; topic: number; notify: NotifySettings }
  | { type: 'typing'; chat: PeerId; top: number; user: PeerId; action: string; now: number }

/** Messages that stand one after the other in a chat, as a method of histories answered them: the newest first. */
export interface Page {
  from: 'around' | 'older' | 'newer' // around: a new window; else it continues the window
  messages: readonly Message[]
  reachesStart: boolean // no older ones exist
  reachesEnd: boolean // no newer ones exist
}
