/** The button that sends; pressed long, or with the right button, it offers to send without sound or later. */

import { useRef } from 'preact/hooks'

import { IconButton } from '../ui/kit.tsx'
import { openMenu } from '../ui/overlays.tsx'
import { attempt } from '../ui/refusals.ts'
import { t } from '../words.ts'
import { askWhen } from './scheduling.ts'

const LONG_PRESS_MS = 450

export interface How {
  silent: boolean
  schedule: number // seconds of Unix time; 0: at once
}

export const AT_ONCE: How = { silent: false, schedule: 0 }

function offer(at: Element, send: (how: How) => void, alone: boolean): void {
  const later = async (): Promise<void> => {
    const schedule = await askWhen()
    if (schedule !== null) send({ silent: false, schedule })
  }
  openMenu(at, [
    ...(alone ? [] : [{ icon: 'silent' as const, label: t('compose.send.silent'), do: () => send({ silent: true, schedule: 0 }) }]),
    {
      icon: 'calendar',
      label: t(alone ? 'compose.send.reminder' : 'compose.send.later'),
      do: () => void attempt(later),
    },
  ])
}

/** `alone`: in Saved Messages, where there is nobody to wake. */
export function SendButton(props: { edit: boolean; alone: boolean; send: (how: How) => void }) {
  const { edit, alone, send } = props
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const held = useRef(false)
  const box = useRef<HTMLSpanElement>(null)
  const open = (): void => {
    const button = box.current?.querySelector('button')
    if (!edit && button != null) offer(button, send, alone)
  }
  return (
    <span
      ref={box}
      class="send-box"
      onPointerDown={(event) => {
        held.current = false
        if (event.pointerType === 'mouse') return
        timer.current = setTimeout(() => {
          held.current = true
          open()
        }, LONG_PRESS_MS)
      }}
      onPointerUp={() => clearTimeout(timer.current)}
      onPointerCancel={() => clearTimeout(timer.current)}
      onContextMenu={(event) => {
        event.preventDefault()
        if (!held.current) open()
      }}
    >
      <IconButton
        icon={edit ? 'check' : 'send'}
        label={t(edit ? 'compose.save' : 'compose.send')}
        class="send mirrors"
        onPress={() => {
          if (held.current) held.current = false
          else send(AT_ONCE)
        }}
      />
    </span>
  )
}
