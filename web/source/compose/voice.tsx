/** The button that records a voice message: pressed once on a desktop, held by a finger. */

import type { TargetedPointerEvent } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'

import type { Place } from '../nav.ts'
import { Icon } from '../ui/icons.tsx'
import { IconButton } from '../ui/kit.tsx'
import { duration } from '../ui/times.ts'
import { t } from '../words.ts'
import { heldAt, towardsCancel } from './hold.ts'
import * as now from './recording.ts'

const BAR_PX = 4
const HEIGHT_PX = 28
const TICK_MS = 200
const HOLD_MS = 220 // a finger that stays longer holds

function Levels() {
  const loud = now.levels.value
  const path = loud
    .map((level, at) => {
      const half = Math.max(1, Math.min(1, level * 1.6) * (HEIGHT_PX / 2 - 1))
      return `M${at * BAR_PX + 2} ${(HEIGHT_PX / 2 - half).toFixed(1)}v${(half * 2).toFixed(1)}`
    })
    .join('')
  return (
    <svg class="record-levels" viewBox={`0 0 ${48 * BAR_PX} ${HEIGHT_PX}`} preserveAspectRatio="xMaxYMid meet" aria-hidden="true">
      <path d={path} />
    </svg>
  )
}

function Time({ recorded }: { recorded: now.Recording }) {
  const [seconds, setSeconds] = useState(0)
  useEffect(() => {
    const timer = setInterval(() => setSeconds(recorded.recorder.seconds), TICK_MS)
    return () => clearInterval(timer)
  }, [recorded])
  return (
    <span class="record-time" role="timer">
      <span class="record-dot" aria-hidden="true" />
      {duration(Math.floor(seconds))}
    </span>
  )
}

/** What lies over the field while it records. */
function Bar({ recorded, held, aside }: { recorded: now.Recording; held: boolean; aside: number }) {
  const end = useRef<HTMLSpanElement>(null)
  useEffect(() => {
    if (!held) end.current?.querySelector('button')?.focus()
  }, [held])
  return (
    <div
      class="record"
      role="group"
      aria-label={t('media.record.now')}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return
        event.stopPropagation()
        now.cancel()
      }}
    >
      {!held && <IconButton icon="trash" label={t('media.record.cancel')} class="record-cancel" onPress={now.cancel} />}
      <Time recorded={recorded} />
      {held ? (
        <span class="record-hint" style={{ opacity: 1 - aside }}>
          <span aria-hidden="true">‹ </span>
          {t('media.record.slide')}
        </span>
      ) : (
        <Levels />
      )}
      {!held && (
        <span ref={end}>
          <IconButton icon="send" label={t('compose.send')} class="send mirrors" onPress={() => void now.send()} />
        </span>
      )}
    </div>
  )
}

interface Press {
  x: number
  y: number
  timer: ReturnType<typeof setTimeout>
}

/** A finger on the button: begins after a moment, sends when it leaves, gives up or locks by where it moves. */
function useHold(place: Place) {
  const [held, setHeld] = useState(false)
  const [aside, setAside] = useState(0)
  const press = useRef<Press | null>(null)
  const rtl = (): boolean => document.documentElement.dir === 'rtl'
  const letGo = (): void => {
    if (press.current !== null) clearTimeout(press.current.timer)
    press.current = null
    setHeld(false)
    setAside(0)
  }
  const begin = async (): Promise<void> => {
    setHeld(true)
    const began = await now.begin(place)
    if (began && press.current === null) now.cancel() // the finger has left, for the browser asked first
    if (!began) letGo()
  }
  const handlers = {
    onPointerDown(event: TargetedPointerEvent<HTMLElement>) {
      if (event.pointerType === 'mouse') return
      event.currentTarget.setPointerCapture(event.pointerId)
      press.current = { x: event.clientX, y: event.clientY, timer: setTimeout(() => void begin(), HOLD_MS) }
    },
    onPointerMove(event: TargetedPointerEvent<HTMLElement>) {
      if (press.current === null || !held) return
      const by = { x: event.clientX - press.current.x, y: event.clientY - press.current.y }
      const meant = heldAt(by, rtl())
      setAside(towardsCancel(by, rtl()))
      if (meant === 'cancelled') now.cancel()
      if (meant !== 'holding') letGo()
    },
    onPointerUp() {
      const holding = held && press.current !== null
      letGo()
      if (holding) void now.send()
    },
    onPointerCancel() {
      if (held) now.cancel()
      letGo()
    },
    onContextMenu: (event: Event) => event.preventDefault(), // of a long press
  }
  return { held, aside, handlers }
}

export function VoiceButton({ place }: { place: Place }) {
  const { held, aside, handlers } = useHold(place)
  const recorded = now.recording.value
  useEffect(() => () => void now.abandon(), [place.chat, place.top])
  return (
    <>
      {recorded !== null && <Bar recorded={recorded} held={held} aside={aside} />}
      {held && (
        <span class="record-lock" aria-hidden="true">
          <Icon name="lock" />
          <Icon name="up" />
        </span>
      )}
      <span class={held ? 'record-button record-held' : 'record-button'} {...handlers}>
        <IconButton
          icon="microphone"
          label={t('compose.record')}
          disabled={now.starting.value && !held}
          onPress={() => {
            if (!held && recorded === null) void now.begin(place)
          }}
        />
      </span>
    </>
  )
}
