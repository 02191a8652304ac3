/** The databases this client keeps in a browser. All of them go with the session. */

export const ENGINE = 'chappe' // the session's key, and the names of people
export const OUTBOX = 'chappe-outbox' // what waits to be sent
export const RECENTS = 'chappe-recents' // emoji
export const ALL: readonly string[] = [ENGINE, OUTBOX, RECENTS]
