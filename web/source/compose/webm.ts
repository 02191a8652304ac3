/** Reading the sound of a WebM file that a browser recorded: the head of its Opus track and its packets. Pure.
 *
 * WebM is a tree of elements, each with an id, a length and a body (RFC 8794, RFC 9559). Whoever writes while recording
 * does not know lengths: then an element ends where one begins that cannot stand inside it. */

const SEGMENT = 0x18538067
const CLUSTER = 0x1f43b675
const TRACKS = 0x1654ae6b
const TRACK_ENTRY = 0xae
const TRACK_NUMBER = 0xd7
const CODEC_ID = 0x86
const CODEC_PRIVATE = 0x63a2
const SIMPLE_BLOCK = 0xa3
const BLOCK_GROUP = 0xa0
const BLOCK = 0xa1
const INSIDE = new Set([SEGMENT, CLUSTER, TRACKS, TRACK_ENTRY, BLOCK_GROUP]) // elements whose elements are read

export interface Opus {
  head: Uint8Array // "OpusHead" and what follows it (RFC 7845, 5.1)
  packets: Uint8Array[]
}

interface Element {
  id: number
  from: number // where its body begins
  to: number // and ends
}

/** Return a number of variable length, its marker bit with it or without, and where it ends. */
function vint(bytes: Uint8Array, at: number, keepMarker: boolean): { value: number; end: number; unknown: boolean } {
  const first = bytes[at]
  if (first === undefined || first === 0) throw new Error('not WebM')
  const length = Math.clz32(first) - 23
  if (length > 8 || at + length > bytes.length) throw new Error('not WebM')
  let value = keepMarker ? first : first & (0xff >> length)
  let ones = (first & (0xff >> length)) === 0xff >> length
  for (let place = 1; place < length; place++) {
    const next = bytes[at + place] as number
    if (next !== 0xff) ones = false
    value = value * 256 + next
  }
  return { value, end: at + length, unknown: ones }
}

/** Return the element at a place; one that does not know its length ends with its file. */
function elementAt(bytes: Uint8Array, at: number): Element {
  const id = vint(bytes, at, true)
  const length = vint(bytes, id.end, false)
  const to = length.unknown ? bytes.length : Math.min(bytes.length, length.end + length.value)
  return { id: id.value, from: length.end, to }
}

/** Return all elements in the order they stand, the outer ones before what is in them. */
function* elements(bytes: Uint8Array): Generator<Element> {
  let at = 0
  while (at < bytes.length) {
    const element = elementAt(bytes, at)
    yield element
    at = INSIDE.has(element.id) ? element.from : element.to
  }
}

function unsigned(bytes: Uint8Array): number {
  return bytes.reduce((value, byte) => value * 256 + byte, 0)
}

const text = (bytes: Uint8Array): string => String.fromCharCode(...bytes)

/** Return the Opus track of a WebM file. Throws where there is none, or the file is another. */
export function opusOf(bytes: Uint8Array): Opus {
  let number = 0
  let codec = ''
  let track = 0
  let head: Uint8Array | null = null
  const packets: Uint8Array[] = []
  for (const { id, from, to } of elements(bytes)) {
    const body = bytes.subarray(from, to)
    if (id === TRACK_ENTRY) {
      number = 0
      codec = ''
    } else if (id === TRACK_NUMBER) number = unsigned(body)
    else if (id === CODEC_ID) codec = text(body)
    else if (id === CODEC_PRIVATE && text(body.subarray(0, 8)) === 'OpusHead') head = body
    else if (id === SIMPLE_BLOCK || id === BLOCK) {
      const name = vint(body, 0, false)
      if (name.value === track && body.length > name.end + 3) packets.push(body.subarray(name.end + 3))
    }
    if (codec === 'A_OPUS' && number !== 0) track = number
  }
  if (head === null || track === 0) throw new Error('no Opus in it')
  return { head, packets }
}
