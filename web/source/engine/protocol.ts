/** What page and worker say to each other. The page asks by number; the worker answers by it, and tells of events. */

import type { tl } from '@mtcute/core'

import type { Shrunk } from './pictures.ts'
import type { Plain } from './plain.ts'
import type { Signed } from './signed.ts'

export type Update = Plain<tl.TypeUpdate>
export type User = Plain<tl.TypeUser>
export type Chat = Plain<tl.TypeChat>
export type Request = Plain<tl.RpcMethod>
export type Answer<T extends tl.RpcMethod['_']> = Plain<tl.RpcCallReturn[T]>

/** How this server is reached, and what it says of itself at `/.well-known/chappe.json`. */
export interface About {
  keys: string[] // public keys, PEM
  dc: number
  path: string // of the WebSocket
  name: string
  sign_up: 'open' | 'invite' | 'closed'
  mail: boolean // whether it sends mail: codes go to addresses then
  sign_in?: string | null // whose sign-in is offered: what the button says
  level: string // of protection: L0, L1, L2
  version: string
  build: string // of the files of its web client
  push: string | null // the public key of its push messages, base64url
  public_url: string
  log: string | null // where its public log is
  keep_messages_days?: number // after which messages are deleted; 0: never; missing from an older server
  keep_messages_from?: number // since when, or from when on, in seconds
  mirrors?: string[] // origins where the same server is to be found
  signing_key?: string // of `signed`: a point of P-256, base64url
  signed?: Signed
}

/** How lasting what this browser keeps is: it refuses to, or has no room left; then it lasts as long as the tabs. */
export type Keeping = 'kept' | 'refused' | 'full'

export type Connection = 'offline' | 'connecting' | 'updating' | 'connected'

/** Where the bytes of a file are. */
export type Place = Plain<tl.TypeInputFileLocation>

/** A file that was brought to the server in parts, to be named in a message. */
export type Uploaded = Plain<tl.TypeInputFile>

/** What the page asks of the worker, with what is answered. */
export interface Asks {
  /** Connect; answers who is logged in, if anybody is. */
  start: { take: null; give: { about: About; user: User | null; keeping: Keeping } }
  /** Call a method of the API. Updates in its answer come as events too. */
  call: { take: Request; give: unknown }
  /** Somebody logged in by a call: remember who. */
  entered: { take: Plain<tl.auth.TypeAuthorization>; give: User }
  /** Begin to follow updates, from where the last run ended. */
  follow: { take: null; give: null }
  /** Look into a channel one is not in, from a number of its updates (`pts`) on; or look away. */
  look: { take: { channel: number; pts: number; open: boolean }; give: null }
  /** Prove the second password; answers as `auth.checkPassword`. */
  password: { take: string; give: Plain<tl.auth.TypeAuthorization> }
  /** Set (`next`), change or remove (`next` empty) the second password. */
  set_password: { take: { now: string; next: string; hint: string; email: string }; give: null }
  /** Make a code on paper by which one gets back in; takes the second password, '' without one. */
  recovery_code: { take: string; give: string }
  /** Log out and forget everything on this device. */
  leave: { take: null; give: null }
  /** Bring a file to the server, in parts; tells of progress. */
  upload: { take: { file: Blob; name: string }; give: Uploaded }
  /** Fetch a file whole; tells of progress. */
  download: { take: { place: Place; size: number; type: string }; give: Blob }
  /** Fetch a range of a file: `limit` bytes, fewer at its end. */
  range: { take: { place: Place; offset: number; limit: number }; give: Uint8Array }
  /** Make a picture smaller: a JPEG with no side longer than `side`; `quality` 0 to 1. */
  shrink: { take: { blob: Blob; side: number; quality: number }; give: Shrunk }
}

export type Ask = keyof Asks

export type ToWorker =
  | { [A in Ask]: { id: number; ask: A; take: Asks[A]['take'] } }[Ask]
  | { abort: number }
  | { hello: true }
  | { bye: true }
  | { awake: true } // the person is back, or the network

/** The code of a fault of ours, not of the server or of the way to it. */
export const BUG = -1

/** A refusal by the server, as its page of errors names it, or a fault on the way. */
export interface Refusal {
  text: string // FLOOD_WAIT_%d and the like
  code: number // 0: the way to the server is broken; BUG: a fault of ours
  seconds?: number // to wait, where the text has a number
}

export type FromWorker =
  | { id: number; give: unknown }
  | { id: number; refusal: Refusal }
  | { progress: { id: number; done: number; total: number } }
  | { connection: Connection }
  | { keeping: Keeping }
  | { update: Update; users: User[]; chats: Chat[] }
  | { reset: number } // the channel, by its bare id, of which too much was missed
  | { ended: string } // the session does not exist any more
  | { scanned: true } // the log-in token was accepted
  | { ready: true }
