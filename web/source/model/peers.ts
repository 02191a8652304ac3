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

function alike(one: unknown, other: unknown): boolean {
  if (one === other) return true
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false
  if (ArrayBuffer.isView(one)) return true // previews of one photo, which is compared by its number
  const [mine, theirs] = [Object.entries(one), other as Record<string, unknown>]
  return mine.length === Object.keys(other).length && mine.every(([name, value]) => alike(value, theirs[name]))
}

/** Take in peers that were seen: who is as known keeps their record, so that nothing is drawn anew for them. */
function seenAgain(peers: Peers, all: readonly Peer[]): Peers {
  let next: Map<PeerId, Peer> | null = null
  for (const seen of all) {
    const known = (next ?? peers).get(seen.id)
    const after = merged(known, seen)
    if (known !== undefined && alike(known, after)) continue
    next ??= new Map(peers)
    next.set(seen.id, after)
  }
  return next ?? peers
}

export function reduce(peers: Peers, event: Event): Peers {
  if (event.type === 'peers') {
    return seenAgain(peers, event.peers)
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
