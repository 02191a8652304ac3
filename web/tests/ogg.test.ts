import assert from 'node:assert/strict'
import { test } from 'node:test'

import { checksum, oggOf, samplesOf, secondsOf } from '../source/compose/ogg.ts'
import { opusOf } from '../source/compose/webm.ts'

const HEAD = Uint8Array.from([...Buffer.from('OpusHead'), 1, 1, 0x38, 0x01, 0x80, 0xbb, 0, 0, 0, 0, 0])
const CELT_20MS = 0xf8 // table of contents: CELT, 20 ms, mono, one frame

/** A packet of 20 ms whose bytes can be told apart. */
function packet(length: number, mark: number): Uint8Array {
  const made = new Uint8Array(length).fill(mark)
  made[0] = CELT_20MS
  return made
}

const id = (value: number): number[] => {
  const bytes: number[] = []
  for (let left = value; left > 0; left = Math.floor(left / 256)) bytes.unshift(left % 256)
  return bytes
}
const UNKNOWN = [0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]
function element(name: number, body: ArrayLike<number>, length?: number[]): number[] {
  const known = [0x10 | (body.length >> 24), (body.length >> 16) & 0xff, (body.length >> 8) & 0xff, body.length & 0xff]
  return [...id(name), ...(length ?? known), ...Array.from(body)]
}
const block = (track: number, frame: Uint8Array): number[] => element(0xa3, [0x80 | track, 0, 0, 0x80, ...frame])

/** A file as browsers record it: nobody knows how long segment and clusters are. */
function webm(packets: readonly Uint8Array[], split: number): Uint8Array {
  const video = element(0xae, [...element(0xd7, [1]), ...element(0x86, Buffer.from('V_VP8'))])
  const audio = element(0xae, [...element(0xd7, [2]), ...element(0x86, Buffer.from('A_OPUS')), ...element(0x63a2, HEAD)])
  const tracks = element(0x1654ae6b, [...video, ...audio])
  const cluster = (some: readonly Uint8Array[]): number[] =>
    element(0x1f43b675, [...element(0xe7, [0]), ...block(1, packet(9, 0xee)), ...some.flatMap((one) => block(2, one))], UNKNOWN)
  const segment = [...tracks, ...cluster(packets.slice(0, split)), ...cluster(packets.slice(split))]
  return Uint8Array.from([...element(0x1a45dfa3, element(0x4282, Buffer.from('webm'))), ...element(0x18538067, segment, UNKNOWN)])
}

interface Page {
  type: number
  granule: number
  serial: number
  sequence: number
  packets: Uint8Array[]
}

/** Read pages as a player does, and check each one's checksum. */
function pagesOf(file: Uint8Array): Page[] {
  const pages: Page[] = []
  for (let at = 0; at < file.length; ) {
    const view = new DataView(file.buffer, at)
    assert.equal(view.getUint32(0), 0x4f676753)
    const count = file[at + 26] as number
    const table = file.slice(at + 27, at + 27 + count)
    const end = at + 27 + count + table.reduce((sum, length) => sum + length, 0)
    const page = file.slice(at, end)
    new DataView(page.buffer).setUint32(22, 0, true)
    assert.equal(checksum(page), view.getUint32(22, true))
    const packets: Uint8Array[] = []
    let from = at + 27 + count
    let length = 0
    for (const segment of table) {
      length += segment
      if (segment === 255) continue
      packets.push(file.slice(from, from + length))
      from += length
      length = 0
    }
    assert.equal(length, 0)
    pages.push({
      type: file[at + 5] as number,
      granule: Number(view.getBigUint64(6, true)),
      serial: view.getUint32(14, true),
      sequence: view.getUint32(18, true),
      packets,
    })
    at = end
  }
  return pages
}

test('the sound of a recording is found, beside other tracks and over all clusters', () => {
  const packets = [packet(3, 1), packet(300, 2), packet(40, 3)]
  const { head, packets: found } = opusOf(webm(packets, 2))
  assert.deepEqual([...head], [...HEAD])
  assert.deepEqual(found.map((one) => [...one]), packets.map((one) => [...one]))
})

test('what is no recording is refused', () => {
  assert.throws(() => opusOf(new Uint8Array([0, 1, 2, 3])))
  assert.throws(() => opusOf(Uint8Array.from(element(0x1a45dfa3, []))))
  assert.throws(() => opusOf(Uint8Array.from(Buffer.from('OggS and so on'))))
})

test('an end that was cut off costs only what was cut', () => {
  const whole = webm([packet(50, 1), packet(50, 2)], 1)
  for (let cut = 1; cut < 40; cut++) {
    const { packets } = opusOf(whole.slice(0, whole.length - cut))
    assert.ok(packets.length >= 1)
  }
})

test('the pages of an Ogg file hold all packets in order, and say how long they sound', () => {
  const packets = Array.from({ length: 130 }, (_, at) => packet(1 + ((at * 37) % 700), at))
  const pages = pagesOf(oggOf({ head: HEAD, packets }, 0xdeadbeef))
  assert.deepEqual(pages.map(({ sequence }) => sequence), pages.map((_, at) => at))
  assert.ok(pages.every(({ serial }) => serial === 0xdeadbeef))
  assert.deepEqual([pages[0]?.type, pages[1]?.type, pages.at(-1)?.type], [2, 0, 4])
  assert.deepEqual(pages[0]?.packets.map((one) => [...one]), [[...HEAD]])
  assert.equal(Buffer.from(pages[1]?.packets[0] ?? []).toString('latin1', 0, 8), 'OpusTags')
  const sound = pages.slice(2).flatMap((page) => page.packets)
  assert.deepEqual(sound.map((one) => [...one]), packets.map((one) => [...one]))
  assert.equal(pages.at(-1)?.granule, 130 * 960)
})

test('packets of a length that segments divide end with an empty one', () => {
  const packets = [packet(255, 1), packet(510, 2), packet(1, 3)]
  const [, , sound] = pagesOf(oggOf({ head: HEAD, packets }, 1))
  assert.deepEqual(sound?.packets.map(({ length }) => length), [255, 510, 1])
})

test('nothing recorded is still a file that ends', () => {
  assert.deepEqual(pagesOf(oggOf({ head: HEAD, packets: [] }, 1)).map(({ type }) => type), [2, 4])
})

test('a packet says how long it sounds', () => {
  assert.equal(samplesOf(Uint8Array.from([0xf8])), 960) // CELT, 20 ms
  assert.equal(samplesOf(Uint8Array.from([0xf9])), 1920) // two of them
  assert.equal(samplesOf(Uint8Array.from([0xe3, 0x03])), 360) // three of 2.5 ms
  assert.equal(samplesOf(Uint8Array.from([0x08])), 960) // SILK, 20 ms
  assert.equal(samplesOf(Uint8Array.from([0x18])), 2880) // SILK, 60 ms
  assert.equal(samplesOf(Uint8Array.from([0x78])), 960) // hybrid, 20 ms
  assert.equal(samplesOf(new Uint8Array()), 0)
  assert.equal(secondsOf({ head: HEAD, packets: [packet(9, 0), packet(9, 0)] }), 0.04)
})

test('the checksum is that of the Ogg specification', () => {
  assert.equal(checksum(Uint8Array.from([1])), 0x04c11db7)
  assert.equal(checksum(Uint8Array.from(Buffer.from('123456789'))), 0x89a1897f)
})
