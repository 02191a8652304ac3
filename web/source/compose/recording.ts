/** The voice message that is being recorded: one at a time, for the conversation in which it was begun. */

import { signal } from '@preact/signals'

import { pause } from '../media/player.ts'
import type { Place } from '../nav.ts'
import { say } from '../ui/overlays.tsx'
import { attempt } from '../ui/refusals.ts'
import { t } from '../words.ts'
import { write } from './outbox.ts'
import type { Recorded, Recorder } from './recorder.ts'
import { leave, task } from './state.ts'
import { tell } from './telling_media.ts'

const SECONDS_MIN = 0.7 // what is shorter was a slip

export interface Recording {
  recorder: Recorder
  place: Place
  untell: () => void
}

export const recording = signal<Recording | null>(null)
export const levels = signal<readonly number[]>([]) // how loud it was, lately
export const starting = signal(false)

const LATELY = 48 // levels that are drawn

function refusal(error: unknown): string {
  const name = error instanceof DOMException ? error.name : ''
  if (name === 'NotAllowedError' || name === 'SecurityError') return t('media.record.denied')
  return t(name === 'NotFoundError' ? 'media.record.none' : 'media.record.failed')
}

/** Begin; resolves to whether it records. */
export async function begin(place: Place): Promise<boolean> {
  if (recording.peek() !== null || starting.peek()) return false
  starting.value = true
  try {
    const { canRecord, Recorder: Recording } = await import('./recorder.ts')
    if (!canRecord()) {
      say(t('media.record.failed'))
      return false
    }
    levels.value = []
    const recorder = await Recording.begin((level) => {
      levels.value = [...levels.peek().slice(1 - LATELY), level]
    })
    pause() // one does not record what one hears
    recording.value = { recorder, place, untell: tell(place.chat, place.top, 'sendMessageRecordAudioAction') }
    return true
  } catch (error) {
    say(refusal(error))
    return false
  } finally {
    starting.value = false
  }
}

function taken(): Recording | null {
  const now = recording.peek()
  recording.value = null
  now?.untell()
  return now
}

export function cancel(): void {
  taken()?.recorder.cancel()
}

async function put({ chat, top }: Place, { blob, seconds, waveform }: Recorded): Promise<void> {
  const now = task.peek()
  const answers = now.is === 'reply' && now.message.chat === chat ? { reply: now.message.id, quote: now.quote } : { reply: 0 }
  if (answers.reply !== 0) leave()
  const name = blob.type === 'audio/ogg' ? 'voice.ogg' : 'voice.m4a'
  const file = { blob, name, as: 'voice' as const, width: 0, height: 0, seconds, waveform }
  await write({ chat, top, text: '', entities: [], file, ...answers })
}

/** End and send it; what is too short is thrown away, with a word on how it works. */
export async function send(): Promise<void> {
  const now = taken()
  if (now === null) return
  if (now.recorder.seconds < SECONDS_MIN) {
    now.recorder.cancel()
    say(t('media.record.short'))
    return
  }
  await attempt(async () => put(now.place, await now.recorder.finish()))
}

/** The conversation was left: end it, and offer to send it all the same. */
export async function abandon(): Promise<void> {
  const now = taken()
  if (now === null) return
  const long = now.recorder.seconds >= SECONDS_MIN
  if (!long) return now.recorder.cancel()
  const made = await now.recorder.finish()
  say(t('media.record.left'), { label: t('compose.send'), do: () => void attempt(() => put(now.place, made)) })
}
