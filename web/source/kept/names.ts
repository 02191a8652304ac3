/** The databases this client keeps in a browser. All of them go with the session. */

/** A store, and the database it is the only one of. */
export interface Kept {
  name: string
  store: string
  keyPath?: string
}

export const ENGINE = 'chappe' // the session's key, and the names of people
export const OUTBOX: Kept = { name: 'chappe-outbox', store: 'entries', keyPath: 'id' } // what waits to be sent
export const RECENTS = 'chappe-recents' // emoji
export const SEEN: Kept = { name: 'chappe-seen', store: 'rows' } // what was seen last, for times without a network
export const ALL: readonly string[] = [ENGINE, OUTBOX.name, RECENTS, SEEN.name]
