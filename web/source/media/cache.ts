/** Small files as addresses the page can show: fetched once, the longest unused forgotten first. */

import { inputPeer, link } from '../api.ts'
import type { Peer } from '../model/types.ts'
import type { Place } from '../link.ts'

const KEPT_BYTES_MAX = 48 * 1024 * 1024 // of blobs whose addresses are kept

interface Kept {
  url: string
  bytes: number
}

const kept = new Map<string, Kept>() // in the order they were used
const coming = new Map<string, Promise<string | null>>()
let bytes = 0

function keep(key: string, blob: Blob): string {
  const url = URL.createObjectURL(blob)
  kept.set(key, { url, bytes: blob.size })
  bytes += blob.size
  for (const [oldest, { url: gone, bytes: freed }] of kept) {
    if (bytes <= KEPT_BYTES_MAX || oldest === key) break
    kept.delete(oldest)
    bytes -= freed
    URL.revokeObjectURL(gone)
  }
  return url
}

/** Return the address of a file if it has been fetched. */
export function cached(key: string): string | null {
  const found = kept.get(key)
  if (found === undefined) return null
  kept.delete(key)
  kept.set(key, found)
  return found.url
}

/** Fetch a file and return its address; null if it cannot be had. */
export function fetched(
  key: string,
  place: Place,
  size: number,
  type: string,
  progress?: (done: number, total: number) => void,
  signal?: AbortSignal,
): Promise<string | null> {
  const found = cached(key)
  if (found !== null) return Promise.resolve(found)
  let under = coming.get(key)
  if (under === undefined) {
    under = link
      .download(place, size, type, progress, signal)
      .then((blob) => keep(key, blob))
      .catch(() => null)
      .finally(() => coming.delete(key))
    coming.set(key, under)
  }
  return under
}

/** Fetch the small profile photo of a person or chat. */
export function smallPhoto(peer: Peer): Promise<string | null> {
  if (peer.photo === null) return Promise.resolve(null)
  const place: Place = {
    _: 'inputPeerPhotoFileLocation',
    peer: inputPeer(peer.id),
    photoId: BigInt(peer.photo.id),
  }
  return fetched(`photo/${peer.photo.id}`, place, 0, 'image/jpeg')
}

/** Forget all of them: somebody logged out. */
export function forgetFiles(): void {
  for (const { url } of kept.values()) URL.revokeObjectURL(url)
  kept.clear()
  bytes = 0
}
