/** Files on their way to this device's disk: they go on when the view scrolls away and after a broken connection. */

import { type Signal, signal } from '@preact/signals'

import { link, Refused } from '../api.ts'
import { localUrl } from '../compose/outgoing_media.ts'
import type { Doc, Message } from '../model/types.ts'
import { say } from '../ui/overlays.tsx'
import { sentence } from '../ui/refusals.ts'
import { isExpired } from './cache.ts'
import { freshDoc } from './fresh.ts'
import * as pieces from './pieces.ts'

const AT_ONCE = 4
const AGAIN_MS = 2_000 // after the way was broken
const STOPPED_MAX = 5 // stopped downloads whose pieces are kept
const SAVED_MS = 60_000 // the browser has taken a file by then

export interface Download {
  running: boolean
  part: number // 0…1
}

interface Work {
  message: Message
  doc: Doc
  held: pieces.Pieces
  abort: AbortController
}

const states = new Map<string, Signal<Download | null>>() // by document
const works = new Map<string, Work>() // begun and not finished, in the order they were begun

/** Return the signal of a file's download: null while there is none. */
export function downloadOf(doc: Doc): Signal<Download | null> {
  let found = states.get(doc.id)
  if (found === undefined) {
    found = signal(null)
    states.set(doc.id, found)
  }
  return found
}

function tell({ doc, held, abort }: Work): void {
  const part = held.size === 0 ? 1 : pieces.bytesThere(held) / held.size
  downloadOf(doc).value = { running: !abort.signal.aborted, part }
}

/** Let the browser save a file. */
export function handOver(url: string, name: string): void {
  const anchor = document.createElement('a')
  anchor.href = url
  anchor.download = name || 'file'
  anchor.click()
}

function finish(work: Work, parts: Blob[]): void {
  const { doc } = work
  works.delete(doc.id)
  downloadOf(doc).value = null
  saveBlob(new Blob(parts, { type: 'application/octet-stream' }), doc.name)
}

function saveBlob(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob)
  handOver(url, name)
  setTimeout(() => URL.revokeObjectURL(url), SAVED_MS)
}

/** Give a text to the browser as a file. */
export function saveText(text: string, name: string): void {
  saveBlob(new Blob([text], { type: 'application/octet-stream' }), name)
}

/** Fetch pieces, one after the other, until none is left to ask for. */
async function worker(work: Work): Promise<void> {
  const { signal: stop } = work.abort
  for (let at = pieces.next(work.held); at !== null; at = pieces.next(work.held)) {
    work.held = pieces.asked(work.held, at)
    const offset = at * pieces.PIECE_BYTES
    const limit = Math.min(pieces.PIECE_BYTES, work.held.size - offset)
    const bytes = await link.ask('range', { place: work.doc.place(), offset, limit }, { signal: stop })
    if (stop.aborted) return
    if (bytes.length < limit) throw new Error('a file shorter than it was said to be')
    work.held = pieces.came(work.held, at, new Blob([bytes as Uint8Array<ArrayBuffer>]))
    tell(work)
  }
}

/** Say whether a download can go on after an error, once what was wrong has passed. */
async function mended(work: Work, error: unknown): Promise<boolean> {
  if (isExpired(error)) {
    const doc = await freshDoc(work.message).catch(() => null)
    if (doc === null || doc.id !== work.doc.id) return false
    work.doc = doc
    return true
  }
  if (!(error instanceof Refused) || error.code !== 0) return false
  await new Promise((go) => setTimeout(go, AGAIN_MS))
  return true
}

async function run(work: Work): Promise<void> {
  const { abort } = work
  tell(work)
  while (!abort.signal.aborted) {
    try {
      await Promise.all(Array.from({ length: AT_ONCE }, () => worker(work)))
      const parts = pieces.whole(work.held)
      if (parts !== null) finish(work, parts)
      return
    } catch (error) {
      work.held = pieces.halted(work.held)
      if (abort.signal.aborted || (await mended(work, error))) continue
      abort.abort()
      tell(work)
      say(sentence(error))
    }
  }
}

/** Begin to fetch a file, or go on where it was stopped; it is saved when it is whole. */
export function save(message: Message, doc: Doc): void {
  const here = localUrl(doc.id)
  if (here !== null) {
    handOver(here, doc.name)
    return
  }
  const known = works.get(doc.id)
  if (known !== undefined && !known.abort.signal.aborted) return
  const work: Work = { message, doc, held: known?.held ?? pieces.none(doc.size), abort: new AbortController() }
  works.set(doc.id, work)
  void run(work)
}

/** Stop a download; what has come is kept for a while. */
export function stop(doc: Doc): void {
  const work = works.get(doc.id)
  if (work === undefined) return
  work.abort.abort()
  work.held = pieces.halted(work.held)
  tell(work)
  const stopped = [...works.values()].filter(({ abort }) => abort.signal.aborted)
  for (const { doc: oldest } of stopped.slice(0, -STOPPED_MAX)) {
    works.delete(oldest.id)
    downloadOf(oldest).value = null
  }
}

/** Forget all of them: somebody logged out. */
export function forgetDownloads(): void {
  for (const { abort } of works.values()) abort.abort()
  works.clear()
  states.clear()
}
