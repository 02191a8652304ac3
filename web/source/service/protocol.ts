/** What the service worker and a page say to each other over the port of one streamed answer. */

export const STREAMS = '/stream/' // addresses under it are answered by the page that made them

/** To the page, with a port: who knows this token? */
export interface StreamAsked {
  stream: string
}

/** From the page: what the file is, or that it knows none. */
export type StreamKnown = { size: number; type: string } | null

/** To the page: the next piece, or no more. */
export type PieceAsked = { offset: number; limit: number } | 'end'

/** From the page: the piece; null if it cannot be had. */
export type Piece = Uint8Array | null

// -- the app's own files, and the words of notifications -----------------------------------------------

export const KEPT = 'shell-' // caches of the app's files, one a build
export const SAID = 'words' // the cache with the words of notifications
export const SWITCH = 'switch' // to the service worker: the page agrees to the newer build

export const SHARE_AT = '/share' // where the browser sends what other apps share; static/manifest.webmanifest says it too
export const SHARED = 'chat-shared' // the cache in which that waits for a page

/** The words of what was shared, and the names of its files. */
export interface SharedWords {
  text: string
  names: string[]
  large: boolean // the files were too large together
}

/** What notifications say, in the person's language; nothing of what came. */
export interface PushWords {
  title: string
  message: string
  mention: string
  reaction: string
}
