/** Ranges of a file, as players ask for them and as they are answered (RFC 9110, section 14). Pure. */

/** Bytes from `first` to `last`, both inclusive. */
export interface Range {
  first: number
  last: number
}

/** Return the range that a `Range` header asks for, no longer than `most` bytes; null if nothing of the file is in it.
 *
 * A header that names several ranges, or is none, counts as the whole file: a server may ignore it. */
export function rangeOf(header: string | null, size: number, most: number): Range | null {
  const asked = /^bytes=(\d*)-(\d*)$/.exec((header ?? '').trim())
  const [from = '', to = ''] = asked?.slice(1) ?? []
  if (size === 0) return null
  let first = 0
  let last = size - 1
  if (from !== '') {
    first = Number(from)
    if (to !== '') last = Math.min(last, Number(to))
  } else if (to !== '') first = Math.max(0, size - Number(to))
  if (first > last) return null
  return { first, last: Math.min(last, first + most - 1) }
}

/** Return the headers of an answer with a part of a file. */
export function partHeaders({ first, last }: Range, size: number): Record<string, string> {
  return {
    'Accept-Ranges': 'bytes',
    'Content-Range': `bytes ${first}-${last}/${size}`,
    'Content-Length': String(last - first + 1),
  }
}

/** Return what a stream may be called: a film or a sound, never a page that the browser would run. */
export function playable(type: string): string {
  return /^(video|audio)\/[\w.+-]+$/.test(type) ? type : 'application/octet-stream'
}

const PIECE_BYTES_MIN = 64 * 1024 // of the first piece, so that playing begins soon
const PIECE_BYTES_MAX = 512 * 1024

/** Return how long the next piece is after `done` bytes of an answer: ever longer ones. */
export function pieceBytes(done: number, left: number): number {
  return Math.min(left, Math.max(PIECE_BYTES_MIN, Math.min(PIECE_BYTES_MAX, done)))
}
