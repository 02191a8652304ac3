/** Where a text holds what was searched for. Pure. */

const BEFORE_CHARS = 40 // of a text that are left before the first hit

export interface Piece {
  text: string
  hit: boolean
}

function wordsOf(query: string): string[] {
  const words = query.toLocaleLowerCase().split(/[\s,.;:!?"'()]+/u)
  return [...new Set(words)].filter((word) => word !== '').sort((one, other) => other.length - one.length)
}

function pattern(query: string): RegExp | null {
  const words = wordsOf(query).map((word) => word.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'))
  if (words.length === 0) return null
  return new RegExp(`(?<![\\p{L}\\p{N}])(?:${words.join('|')})`, 'giu') // words are found by how they begin
}

/** Return a text in pieces: those that are hits, and what lies between. */
export function marked(text: string, query: string): Piece[] {
  const found = pattern(query)
  if (found === null) return [{ text, hit: false }]
  const pieces: Piece[] = []
  let at = 0
  for (const hit of text.matchAll(found)) {
    if (hit.index > at) pieces.push({ text: text.slice(at, hit.index), hit: false })
    pieces.push({ text: hit[0], hit: true })
    at = hit.index + hit[0].length
  }
  if (at < text.length) pieces.push({ text: text.slice(at), hit: false })
  return pieces
}

/** Return a text from a little before its first hit, so that a line shows it. */
export function excerpt(text: string, query: string): string {
  const first = pattern(query)?.exec(text)?.index ?? 0
  if (first <= BEFORE_CHARS) return text
  const from = text.lastIndexOf(' ', first - BEFORE_CHARS / 2)
  return `…${text.slice(from > 0 ? from + 1 : first)}`
}
