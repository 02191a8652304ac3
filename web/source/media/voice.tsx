/** A voice message: its outline, which fills while it plays, and how long it is. */

import { useMemo } from 'preact/hooks'

import type { Doc, Message } from '../model/types.ts'
import { Icon } from '../ui/icons.tsx'
import { Ring, Spinner } from '../ui/kit.tsx'
import { duration } from '../ui/times.ts'
import { t } from '../words.ts'
import * as player from './player.ts'
import { LOUDEST, peaks, unpacked } from './waveform.ts'

const BARS = 72
const BAR_PX = 3 // a bar and as much as lies between two
const HEIGHT_PX = 26
const LONG_S = 60 // as wide as they get

/** Return the outline as a path of bars around the middle line. */
function outline(waveform: Uint8Array | undefined, bars: number): string {
  const loudness = peaks(waveform === undefined ? [] : unpacked(waveform), bars)
  return loudness
    .map((loud, at) => {
      const half = Math.max(1, (loud / LOUDEST) * (HEIGHT_PX / 2 - 1))
      return `M${at * BAR_PX + 1} ${(HEIGHT_PX / 2 - half).toFixed(1)}v${(half * 2).toFixed(1)}`
    })
    .join('')
}

/** How much of it was played, and where a press or an arrow key goes to. */
function Seek({ message, doc }: { message: Message; doc: Doc }) {
  const now = player.isCurrent(message) ? player.position.value : 0
  const length = Math.max(doc.seconds, 0.1)
  return (
    <input
      type="range"
      class="seek"
      aria-label={t('media.seek')}
      aria-valuetext={`${duration(now)} / ${duration(length)}`}
      min={0}
      max={length}
      step={length > 120 ? 5 : 1}
      value={now}
      disabled={message.id < 0}
      onInput={(event) => player.seek(message, Number(event.currentTarget.value))}
    />
  )
}

function Played({ message, doc, path, width }: { message: Message; doc: Doc; path: string; width: number }) {
  const part = player.isCurrent(message) ? player.position.value / Math.max(doc.seconds, 0.1) : 0
  return (
    <svg class="wave-played" viewBox={`0 0 ${width} ${HEIGHT_PX}`} style={{ clipPath: `inset(0 ${100 - part * 100}% 0 0)` }}>
      <path d={path} />
    </svg>
  )
}

export function SpeedButton() {
  const speed = player.speed.value
  return (
    <button type="button" class="speed" aria-label={t('media.speed', { n: speed })} onClick={player.faster}>
      {speed.toLocaleString()}×
    </button>
  )
}

export function PlayButton({ message, label }: { message: Message; label: string }) {
  const mine = player.isCurrent(message)
  const plays = mine && player.playing.value
  const sending = message.id < 0 && message.sending === 'waiting'
  return (
    <button
      type="button"
      class="play"
      aria-label={t(plays ? 'media.pause' : 'media.play', { name: label })}
      onClick={() => player.toggle(message)}
    >
      {sending ? (
        <Ring part={message.progress ?? 0} label={t('history.sending')} />
      ) : mine && player.coming.value ? (
        <Spinner label={t('ui.loading')} />
      ) : (
        <Icon name={plays ? 'pause' : 'play'} />
      )}
    </button>
  )
}

function Clock({ message, doc }: { message: Message; doc: Doc }) {
  const mine = player.isCurrent(message)
  return <span class="hint">{duration(mine ? player.position.value : doc.seconds)}</span>
}

export function VoiceView({ message, doc }: { message: Message; doc: Doc }) {
  const bars = Math.round(BARS * (0.72 + 0.28 * Math.min(1, doc.seconds / LONG_S)))
  const width = bars * BAR_PX
  const path = useMemo(() => outline(doc.waveform, bars), [doc.waveform, bars])
  return (
    <div class="voice">
      <PlayButton message={message} label={t('chats.voice')} />
      <span class="voice-body">
        <span class="wave" dir="ltr" style={{ width: `${width}px` }}>
          <svg viewBox={`0 0 ${width} ${HEIGHT_PX}`} aria-hidden="true">
            <path d={path} />
          </svg>
          <Played message={message} doc={doc} path={path} width={width} />
          <Seek message={message} doc={doc} />
        </span>
        <span class="voice-foot">
          <Clock message={message} doc={doc} />
          {message.unheard && <span class="dot" role="img" aria-label={t('media.unheard')} />}
        </span>
      </span>
      {player.isCurrent(message) && <SpeedButton />}
    </div>
  )
}

/** A piece of music: title and performer; a bar to seek while it is played. */
export function AudioView({ message, doc }: { message: Message; doc: Doc }) {
  const title = doc.title || doc.name || t('chats.audio')
  const mine = player.isCurrent(message)
  return (
    <div class="audio">
      <PlayButton message={message} label={title} />
      <span class="file-text">
        <span class="file-name" dir="auto">
          {title}
        </span>
        {mine ? (
          <span class="audio-line" dir="ltr">
            <Clock message={message} doc={doc} />
            <Seek message={message} doc={doc} />
          </span>
        ) : (
          <span class="hint" dir="auto">
            {[duration(doc.seconds), doc.performer].filter(Boolean).join(' · ')}
          </span>
        )}
      </span>
    </div>
  )
}
