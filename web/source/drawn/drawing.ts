/** The page's end of the worker that draws animated stickers: what it is asked, in turn, and what becomes of one that hangs. */

import { scriptUrl } from '../link.ts'
import { onForget } from '../store.ts'
import type { Question, Reply, Shape, Told } from './protocol.ts'
import { PACKED_BYTES_MAX } from './rules.ts'

const ANSWER_MS = 3_000 // for one frame; a good one takes a few
const SLOW_MS = 150 // for one frame, from which it is too much work
const SLOW_MAX = 5 // such frames of one file, after which it stands still
const HANGING_MAX = 5 // files that made it hang, after which nothing is drawn any more until the page is loaded anew
const KEPT_MAX = 40 // animations the worker holds; the longest unused goes first
const IDLE_MS = 30_000 // without a question, after which it is let go

interface Asked {
  name: string
  question: Question
  done(reply: Reply): void
}

let worker: Worker | null = null
let current: Asked | null = null
let askedAt = 0 // milliseconds of this page
let timer: ReturnType<typeof setTimeout> | undefined
let hanging = 0
let workers = 0 // that were let go
const waiting: Asked[] = []
const loaded = new Map<string, Shape>() // in the order they were used
const undrawable = new Set<string>()
const slow = new Map<string, number>() // frames that took too long, by file

function answered(reply: Reply): void {
  clearTimeout(timer)
  const asked = current
  current = null
  if (asked !== null && performance.now() - askedAt > SLOW_MS) slow.set(asked.name, (slow.get(asked.name) ?? 0) + 1)
  asked?.done(reply)
  next()
}

function letGo(): void {
  worker?.terminate()
  worker = null
  workers++
  loaded.clear()
}

/** The worker hangs at a file, or could not be had: that file stands still from now on. */
function failed(): void {
  hanging++
  if (current !== null) undrawable.add(current.name)
  letGo()
  for (const asked of waiting.splice(0)) asked.done(null) // of files the next worker does not have
  answered(null)
}

function opened(): Worker {
  const made = new Worker(scriptUrl(DRAWER_URL))
  made.onmessage = ({ data }: MessageEvent<Reply>) => answered(data)
  made.onerror = failed
  return made
}

function tell(told: Told): void {
  worker ??= opened()
  worker.postMessage(told, 'load' in told ? [told.file] : [])
}

function next(): void {
  if (current !== null) return
  current = waiting.shift() ?? null
  if (current === null) {
    timer = setTimeout(letGo, IDLE_MS)
    return
  }
  clearTimeout(timer)
  if (hanging >= HANGING_MAX) {
    answered(null)
    return
  }
  askedAt = performance.now()
  tell(current.question)
  timer = setTimeout(failed, ANSWER_MS)
}

function ask(name: string, question: Question): Promise<Reply> {
  return new Promise((done) => {
    waiting.push({ name, question, done })
    next()
  })
}

/** Return how an animation is shown; null if it is not. `file` brings its bytes if they are needed. */
export async function shapeOf(name: string, file: () => Promise<Blob | null>): Promise<Shape | null> {
  if (undrawable.has(name)) return null
  const known = loaded.get(name)
  if (known !== undefined) {
    loaded.delete(name)
    loaded.set(name, known)
    return known
  }
  const blob = await file()
  if (blob === null || blob.size > PACKED_BYTES_MAX) return null
  const by = workers
  const shape = await ask(name, { load: name, file: await blob.arrayBuffer() })
  if (by !== workers) return shapeOf(name, file) // another one hung meanwhile
  if (shape === null || shape instanceof ImageBitmap) {
    undrawable.add(name)
    return null
  }
  loaded.set(name, shape)
  for (const oldest of loaded.keys()) {
    if (loaded.size <= KEPT_MAX) break
    loaded.delete(oldest)
    tell({ drop: oldest })
  }
  return shape
}

/** Say whether an animation is so much work that it had better stand still. */
export function isSlow(name: string): boolean {
  return (slow.get(name) ?? 0) > SLOW_MAX
}

/** Return a frame of an animation that was asked for before; null if it cannot be drawn, or was let go meanwhile. */
export async function frameOf(name: string, frame: number, width: number, height: number): Promise<ImageBitmap | null> {
  if (!loaded.has(name)) return null
  const by = workers
  const reply = await ask(name, { draw: name, frame, width, height })
  if (reply instanceof ImageBitmap) return reply
  if (by === workers) {
    undrawable.add(name)
    loaded.delete(name)
    tell({ drop: name })
  }
  return null
}

onForget(() => {
  letGo()
  undrawable.clear()
  slow.clear()
})
