/** What is heard: one voice message, round video or piece of music at a time, wherever one looks meanwhile. */

import { signal } from '@preact/signals'

import { shown } from '../model/history.ts'
import type { Doc, Message } from '../model/types.ts'
import { place } from '../nav.ts'
import { history } from '../store.ts'
import { say } from '../ui/overlays.tsx'
import { t } from '../words.ts'
import { markHeard } from './heard.ts'
import { playableUrl } from './streaming.ts'

export interface Track {
  message: Message
  doc: Doc
  top: number // of the topic or thread in which it was started
}

export const SPEEDS = [1, 1.5, 2] as const

export const track = signal<Track | null>(null)
export const playing = signal(false)
export const coming = signal(false) // it is being fetched
export const position = signal(0) // seconds
export const speed = signal<(typeof SPEEDS)[number]>(1)

/** Plays sounds and round videos; the view of a round video takes it into the page. */
let made: HTMLVideoElement | undefined

export function element(): HTMLVideoElement {
  if (made !== undefined) return made
  made = document.createElement('video')
  made.playsInline = true
  made.disablePictureInPicture = true
  made.tabIndex = -1
  const follow = (): void => {
    position.value = made?.currentTime ?? 0
    if (playing.peek()) requestAnimationFrame(follow)
  }
  made.onplaying = () => {
    coming.value = false
    playing.value = true
    follow()
  }
  made.onpause = () => {
    playing.value = false
  }
  made.onended = () => void next()
  made.onerror = () => {
    if (track.peek() === null || made?.getAttribute('src') === null) return
    stop()
    say(t('media.unplayable'))
  }
  return made
}

let parking: Element | null = null

/** Say where a round video goes on whose message has left the page. */
export function offerParking(place: Element | null): void {
  parking = place
  if (place !== null && made !== undefined && !made.isConnected && track.peek()?.doc.kind === 'round') place.append(made)
}

/** Take the film out of a message that leaves the page; out of a page altogether it would stop. */
export function park(film: HTMLVideoElement, from: Element | null): void {
  if (film.parentElement !== from) return
  if (track.peek()?.doc.kind !== 'round' || parking === null) film.remove()
  else {
    parking.append(film)
    if (playing.peek()) resume() // the browser may have paused it on the way
  }
}

/** The kinds that follow one another: voices and round videos, or music. */
function spoken(doc: Doc): boolean {
  return doc.kind === 'voice' || doc.kind === 'round'
}

/** Return a message as something to be heard; null if it is not. */
export function trackOf(message: Message, top: number): Track | null {
  if (message.media?.is !== 'document') return null
  const { document: doc } = message.media
  return spoken(doc) || doc.kind === 'audio' ? { message, doc, top } : null
}

/** Return what comes after a track among messages that stand in order: the next one of its kind. Pure. */
export function following(messages: readonly Message[], now: Track): Track | null {
  const at = messages.findIndex(({ key }) => key === now.message.key)
  if (at < 0) return null
  for (const message of messages.slice(at + 1)) {
    const found = trackOf(message, now.top)
    if (found !== null && message.id > 0 && spoken(found.doc) === spoken(now.doc)) return found
  }
  return null
}

export function isCurrent(message: Message): boolean {
  return track.value?.message.key === message.key && track.value.message.chat === message.chat
}

let allowed = false // to make itself heard

/** Let it be heard later, by a press now: Safari does not allow it once something was waited for after the press. */
function allow(): void {
  if (allowed) return
  allowed = true
  element().load()
}

async function start(next: Track, at: number): Promise<void> {
  const player = element()
  player.pause()
  track.value = next
  position.value = at
  coming.value = true
  const url = await playableUrl(next.message, next.doc)
  if (track.peek() !== next) return
  if (url === null) {
    stop()
    say(t('media.unreachable'))
    return
  }
  player.src = url
  player.currentTime = at
  player.defaultPlaybackRate = player.playbackRate = speed.peek()
  await player.play().catch(() => {
    coming.value = false
  })
  void markHeard(next.message)
}

/** Play a message, from where it was left or from `at`; pause it if it plays. */
export function toggle(message: Message, at?: number): void {
  if (!isCurrent(message)) {
    allow()
    const next = trackOf(message, place.peek()?.top ?? 0)
    if (next !== null) void start(next, at ?? 0)
  } else if (element().paused) resume()
  else element().pause()
}

export function resume(): void {
  void element().play().catch(() => undefined)
}

export function pause(): void {
  made?.pause()
}

/** Go to a moment of what is played; begins a message that is not. */
export function seek(message: Message, seconds: number): void {
  if (!isCurrent(message)) toggle(message, seconds)
  else {
    element().currentTime = seconds
    position.value = seconds
  }
}

export function faster(): void {
  const at = SPEEDS.indexOf(speed.peek())
  speed.value = SPEEDS[(at + 1) % SPEEDS.length] ?? 1
  element().defaultPlaybackRate = element().playbackRate = speed.peek()
}

async function next(): Promise<void> {
  const now = track.peek()
  if (now === null) return
  const found = following(shown(history(now.message.chat, now.top).peek()), now)
  if (found === null) stop()
  else await start(found, 0)
}

export function stop(): void {
  track.value = null
  playing.value = false
  coming.value = false
  position.value = 0
  if (made === undefined) return
  made.pause()
  made.removeAttribute('src')
  made.load()
  made.remove()
}
