/** Writing Opus packets into an Ogg file, as apps send voice messages (RFC 3533, RFC 7845). Pure. */

import type { Opus } from './webm.ts'

const BEGINS = 2 // header types of pages
const ENDS = 4
const SEGMENT_MAX = 255 // bytes of one segment of a page, and segments of one page
const PAGE_SAMPLES = 48_000 // that are put on one page: a second
const VENDOR = 'chappe'

const CRC = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte << 24
  for (let bit = 0; bit < 8; bit++) value = (value << 1) ^ (value & 0x80000000 ? 0x04c11db7 : 0)
  return value >>> 0
})

/** Return the checksum of a page whose own checksum is zero. */
export function checksum(page: Uint8Array): number {
  let value = 0
  for (const byte of page) value = ((value << 8) ^ (CRC[((value >>> 24) ^ byte) & 0xff] as number)) >>> 0
  return value
}

const FRAME_SAMPLES = [480, 960, 1920, 2880] as const // at 48 kHz: 10, 20, 40, 60 ms of SILK

/** Return for how many samples, at 48 kHz, a packet sounds (RFC 6716, 3.1). */
export function samplesOf(packet: Uint8Array): number {
  const toc = packet[0]
  if (toc === undefined) return 0
  const config = toc >> 3
  const frame =
    config < 12
      ? (FRAME_SAMPLES[config & 3] as number)
      : config < 16
        ? (FRAME_SAMPLES[config & 1] as number)
        : 120 << (config & 3)
  const code = toc & 3
  const frames = code === 0 ? 1 : code === 3 ? (packet[1] ?? 0) & 0x3f : 2
  return frame * frames
}

interface Page {
  type: number
  granule: number // samples up to its end
  packets: readonly Uint8Array[]
}

/** Return the lengths of the segments that packets are cut into. */
function segments(packets: readonly Uint8Array[]): number[] {
  return packets.flatMap(({ length }) => [
    ...Array.from({ length: Math.floor(length / SEGMENT_MAX) }, () => SEGMENT_MAX),
    length % SEGMENT_MAX,
  ])
}

function written({ type, granule, packets }: Page, serial: number, sequence: number): Uint8Array {
  const table = segments(packets)
  const length = packets.reduce((sum, packet) => sum + packet.length, 0)
  const page = new Uint8Array(27 + table.length + length)
  const view = new DataView(page.buffer)
  page.set([0x4f, 0x67, 0x67, 0x53, 0, type]) // OggS, version 0
  view.setBigUint64(6, BigInt(granule), true)
  view.setUint32(14, serial, true)
  view.setUint32(18, sequence, true)
  page[26] = table.length
  page.set(table, 27)
  let at = 27 + table.length
  for (const packet of packets) {
    page.set(packet, at)
    at += packet.length
  }
  view.setUint32(22, checksum(page), true)
  return page
}

function tags(): Uint8Array {
  const bytes = new Uint8Array(8 + 4 + VENDOR.length + 4)
  bytes.set(new TextEncoder().encode('OpusTags'))
  new DataView(bytes.buffer).setUint32(8, VENDOR.length, true)
  bytes.set(new TextEncoder().encode(VENDOR), 12)
  return bytes
}

/** Return the packets on pages of a second each. */
function paged(packets: readonly Uint8Array[], skipped: number): Page[] {
  const pages: Page[] = []
  let granule = 0
  let now: { packets: Uint8Array[]; samples: number; segments: number } | null = null
  for (const packet of packets) {
    const room = segments([packet]).length
    if (now === null || now.samples >= PAGE_SAMPLES || now.segments + room > SEGMENT_MAX) {
      now = { packets: [], samples: 0, segments: 0 }
      pages.push({ type: 0, granule, packets: now.packets })
    }
    now.packets.push(packet)
    now.samples += samplesOf(packet)
    now.segments += room
    granule += samplesOf(packet)
    ;(pages.at(-1) as Page).granule = Math.max(granule, skipped)
  }
  return pages
}

/** Return an Ogg file with one Opus track. `serial` is any number of 32 bits. */
export function oggOf({ head, packets }: Opus, serial: number): Uint8Array {
  const skipped = (head[10] ?? 0) | ((head[11] ?? 0) << 8) // samples at the beginning that are not heard
  const heard = packets.filter((packet) => packet.length > 0 && segments([packet]).length <= SEGMENT_MAX)
  const sound = paged(heard, skipped)
  const last = sound.at(-1)
  if (last !== undefined) last.type = ENDS
  const pages: Page[] = [
    { type: BEGINS, granule: 0, packets: [head] },
    { type: sound.length === 0 ? ENDS : 0, granule: 0, packets: [tags()] },
    ...sound,
  ]
  const bytes = pages.map((page, at) => written(page, serial, at))
  const file = new Uint8Array(bytes.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const page of bytes) {
    file.set(page, at)
    at += page.length
  }
  return file
}

/** Return how long Opus packets sound, in seconds. */
export function secondsOf({ packets }: Opus): number {
  return packets.reduce((sum, packet) => sum + samplesOf(packet), 0) / 48_000
}
