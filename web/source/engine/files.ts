/** Files in parts: the worker's uploads and downloads. */

import type { tl } from '@mtcute/core'
import type { BaseTelegramClient } from '@mtcute/web'
import Long from 'long'

const PART_BYTES = 512 * 1024 // the largest part there is
const SMALL_BYTES_MAX = 10 * 1024 * 1024 // bytes of a file whose parts are not called big
const RANGE_BYTES = 4096 // offsets and lengths of ranges are multiples of it
const AT_ONCE = 4 // parts on their way

export type Progress = (done: number, total: number) => void

/** Bring a file to the server in parts; a part that was on its way when a connection broke is sent again by the library.
 *
 * Throws what the server refuses, and the signal's reason once it is aborted. */
export async function upload(
  client: BaseTelegramClient,
  file: Blob,
  name: string,
  progress: Progress,
  signal: AbortSignal,
): Promise<tl.TypeInputFile> {
  const big = file.size > SMALL_BYTES_MAX
  const parts = Math.max(1, Math.ceil(file.size / PART_BYTES))
  const words = crypto.getRandomValues(new Int32Array(2))
  const fileId = Long.fromBits(words[0] ?? 0, words[1] ?? 0)
  let next = 0
  let done = 0
  const work = async (): Promise<void> => {
    while (next < parts) {
      signal.throwIfAborted()
      const part = next++
      const piece = file.slice(part * PART_BYTES, (part + 1) * PART_BYTES)
      const bytes = new Uint8Array(await piece.arrayBuffer())
      const call: tl.upload.RawSaveBigFilePartRequest | tl.upload.RawSaveFilePartRequest = big
        ? { _: 'upload.saveBigFilePart', fileId, filePart: part, fileTotalParts: parts, bytes }
        : { _: 'upload.saveFilePart', fileId, filePart: part, bytes }
      await client.call(call as tl.upload.RawSaveFilePartRequest, { abortSignal: signal })
      done += bytes.length
      progress(done, file.size)
    }
  }
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, parts) }, work))
  return big
    ? { _: 'inputFileBig', id: fileId, parts, name }
    : { _: 'inputFile', id: fileId, parts, name, md5Checksum: '' }
}

/** Fetch at most `limit` bytes, from an offset that `RANGE_BYTES` divides; both lie in one part. */
async function fetchPart(
  client: BaseTelegramClient,
  location: tl.TypeInputFileLocation,
  offset: number,
  limit: number,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  const got = await client.call(
    { _: 'upload.getFile', location, offset, limit, precise: true },
    { abortSignal: signal },
  )
  if (got._ !== 'upload.file') throw new Error('a file elsewhere')
  return got.bytes
}

/** Fetch a file whole. `size` 0: unknown, read until its end. */
export async function download(
  client: BaseTelegramClient,
  place: tl.TypeInputFileLocation,
  size: number,
  type: string,
  progress: Progress,
  signal: AbortSignal,
): Promise<Blob> {
  const pieces: BlobPart[] = []
  if (size === 0) {
    for (let at = 0; ; at++) {
      const bytes = await fetchPart(client, place, at * PART_BYTES, PART_BYTES, signal)
      pieces.push(bytes as BlobPart)
      if (bytes.length < PART_BYTES) return new Blob(pieces, { type })
    }
  }
  const parts = Math.ceil(size / PART_BYTES)
  let next = 0
  let done = 0
  const work = async (): Promise<void> => {
    while (next < parts) {
      signal.throwIfAborted()
      const part = next++
      const bytes = await fetchPart(client, place, part * PART_BYTES, PART_BYTES, signal)
      pieces[part] = bytes as BlobPart
      done += bytes.length
      progress(done, size)
    }
  }
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, parts) }, work))
  return new Blob(pieces, { type })
}

/** Fetch a range of a file, for a player that seeks; fewer bytes at its end. */
export async function range(
  client: BaseTelegramClient,
  place: tl.TypeInputFileLocation,
  offset: number,
  limit: number,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const whole = new Uint8Array(limit)
  const end = offset + limit
  let done = 0
  while (offset + done < end) {
    const at = offset + done
    const from = at - (at % RANGE_BYTES)
    const upTo = Math.min(from - (from % PART_BYTES) + PART_BYTES, Math.ceil(end / RANGE_BYTES) * RANGE_BYTES)
    const bytes = await fetchPart(client, place, from, upTo - from, signal)
    const piece = bytes.subarray(at - from, end - from)
    whole.set(piece, done)
    done += piece.length
    if (bytes.length < upTo - from) break
  }
  return done === limit ? whole : whole.slice(0, done)
}
