/** Small files as addresses the page can show: fetched once, the longest unused forgotten first. */

import { inputPeer, link, Refused } from '../api.ts'
import type { Peer } from '../model/types.ts'
import type { Place } from '../link.ts'

const KEPT_BYTES_MAX = 48 * 1024 * 1024 // of blobs whose addresses are kept

interface Kept {
  url: string
  blob: Blob
}

const kept = new Map<string, Kept>() // in the order they were used
const coming = new Map<string, Promise<string | null>>()
let bytes = 0

/** Keep a file that is here already, and return its address. */
export function keep(key: string, blob: Blob): string {
  const known = kept.get(key)
  if (known !== undefined) return known.url
  const url = URL.createObjectURL(blob)
  kept.set(key, { url, blob })
  bytes += blob.size
  for (const [oldest, { url: gone, blob: freed }] of kept) {
    if (bytes <= KEPT_BYTES_MAX || oldest === key) break
    kept.delete(oldest)
    bytes -= freed.size
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

/** Return the bytes of a file that has been fetched. */
export function blobOf(key: string): Blob | null {
  return kept.get(key)?.blob ?? null
}

/** Say whether a refusal means that the name of a file was good for a time that is over. */
export function isExpired(error: unknown): boolean {
  return error instanceof Refused && error.text.startsWith('FILE_REFERENCE_')
}

/** Fetch a file and return its address; null if it cannot be had. `renew` finds it again after its name expired. */
export function fetched(
  key: string,
  place: Place,
  size: number,
  type: string,
  progress?: (done: number, total: number) => void,
  signal?: AbortSignal,
  renew?: () => Promise<Place | null>,
): Promise<string | null> {
  const found = cached(key)
  if (found !== null) return Promise.resolve(found)
  let under = coming.get(key)
  if (under === undefined) {
    const bring = (from: Place): Promise<Blob> => link.download(from, size, type, progress, signal)
    under = bring(place)
      .catch(async (error: unknown) => {
        const again = renew !== undefined && isExpired(error) ? await renew() : null
        if (again === null) throw error
        return bring(again)
      })
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
