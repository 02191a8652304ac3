/** A file that comes in pieces: which are there, which come next. Pure.
 *
 * What has come is kept while a download is stopped or the way is broken, so that it goes on where it was. */

export const PIECE_BYTES = 512 * 1024

export interface Pieces {
  size: number
  there: ReadonlyMap<number, Blob>
  coming: ReadonlySet<number>
}

export function none(size: number): Pieces {
  return { size, there: new Map(), coming: new Set() }
}

export const countOf = ({ size }: Pieces): number => Math.ceil(size / PIECE_BYTES)

/** Return the first piece that nobody fetches; null if there is none. */
export function next(pieces: Pieces): number | null {
  for (let at = 0; at < countOf(pieces); at++) {
    if (!pieces.there.has(at) && !pieces.coming.has(at)) return at
  }
  return null
}

export function asked(pieces: Pieces, at: number): Pieces {
  return { ...pieces, coming: new Set(pieces.coming).add(at) }
}

export function came(pieces: Pieces, at: number, piece: Blob): Pieces {
  const coming = new Set(pieces.coming)
  coming.delete(at)
  return { ...pieces, there: new Map(pieces.there).set(at, piece), coming }
}

/** Return them with nothing on its way: it was stopped, or the way is broken. */
export function halted(pieces: Pieces): Pieces {
  return { ...pieces, coming: new Set() }
}

export const bytesThere = ({ there }: Pieces): number => [...there.values()].reduce((sum, { size }) => sum + size, 0)

/** Return the pieces in their order; null while one is missing. */
export function whole(pieces: Pieces): Blob[] | null {
  const count = countOf(pieces)
  if (pieces.there.size < count) return null
  return Array.from({ length: count }, (_, at) => pieces.there.get(at) as Blob)
}
