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

function changed(peers: Peers, id: PeerId, change: Partial<Peer>): Peers {
  const known = peers.get(id)
  return known === undefined ? peers : new Map(peers).set(id, { ...known, ...change })
}

export function reduce(peers: Peers, event: Event): Peers {
  if (event.type === 'peers') {
    const next = new Map(peers)
    for (const seen of event.peers) next.set(seen.id, merged(peers.get(seen.id), seen))
    return next
  }
  if (event.type === 'presence') {
    return changed(peers, event.user, { presence: event.presence })
  }
  if (event.type === 'named') {
    const { user, first, last, username } = event
    return changed(peers, user, { first, last, username, name: `${first} ${last}`.trim() })
  }
  if (event.type === 'phone') return changed(peers, event.user, { phone: event.phone })
  return peers
}
