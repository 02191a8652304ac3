/** Everybody and every chat this page has heard of. Pure. */

import type { Event } from './events.ts'
import type { Peer, PeerId } from './types.ts'

export type Peers = ReadonlyMap<PeerId, Peer>

/** Return what is known of a peer after it was seen again: a glimpse ("min") takes away nothing that was known. */
export function merged(known: Peer | undefined, seen: Peer): Peer {
  if (known === undefined || known.min) return seen
  if (!seen.min) return seen
  return {
    ...known,
    name: seen.name || known.name,
    username: seen.username || known.username,
    photo: known.photo ?? seen.photo,
  }
}

export function reduce(peers: Peers, event: Event): Peers {
  if (event.type === 'peers') {
    const next = new Map(peers)
    for (const seen of event.peers) next.set(seen.id, merged(peers.get(seen.id), seen))
    return next
  }
  if (event.type === 'presence') {
    const known = peers.get(event.user)
    if (known === undefined) return peers
    return new Map(peers).set(event.user, { ...known, presence: event.presence })
  }
  return peers
}
