/** The buttons that a bot put under its message. */

import { useState } from 'preact/hooks'

import { call, inputPeer } from '../api.ts'
import type { Keyboard, Message } from '../model/types.ts'
import { Icon } from '../ui/icons.tsx'
import { Spinner } from '../ui/kit.tsx'
import { confirm, say } from '../ui/overlays.tsx'
import { attempt } from '../ui/refusals.ts'
import { t } from '../words.ts'
import { openPeer } from './links.ts'
import { safeAddress } from './text_rules.ts'

type ButtonOf = Keyboard['rows'][number][number]

async function openPage(url: string): Promise<void> {
  const address = safeAddress(url)
  if (address === null) return
  const sure = await confirm({ title: t('history.link.ask'), text: address, yes: t('history.open') })
  if (sure) window.open(address, '_blank', 'noopener,noreferrer')
}

async function callBack(message: Message, data: Uint8Array): Promise<void> {
  const answer = await call({
    _: 'messages.getBotCallbackAnswer',
    peer: inputPeer(message.chat),
    msgId: message.id,
    data,
  })
  if (answer.url !== undefined) await openPage(answer.url)
  else if (answer.message !== undefined && answer.alert === true) {
    await confirm({ title: answer.message, yes: t('ui.done') })
  } else if (answer.message !== undefined) say(answer.message)
}

async function press(button: ButtonOf, message: Message): Promise<void> {
  if (button.url !== '') await openPage(button.url)
  else if (button.data !== null) await callBack(message, button.data)
  else if (button.copies !== undefined) {
    await navigator.clipboard.writeText(button.copies)
    say(t('history.copied'))
  } else if (button.user !== undefined) openPeer(button.user)
  else say(t('history.button.unknown'))
}

function ButtonView({ button, message }: { button: ButtonOf; message: Message }) {
  const [busy, setBusy] = useState(false)
  return (
    <button
      type="button"
      class="keyboard-button"
      aria-busy={busy}
      onClick={(event) => {
        event.stopPropagation()
        setBusy(true)
        void attempt(() => press(button, message)).then(() => setBusy(false))
      }}
    >
      <span dir="auto">{button.text}</span>
      {button.url !== '' && <Icon name="forwardArrow" />}
      {busy && <Spinner />}
    </button>
  )
}

export function KeyboardView({ message }: { message: Message }) {
  const { markup } = message
  if (markup === null) return null
  return (
    <div class="keyboard">
      {markup.rows.map((row, at) => (
        <div key={at} class="keyboard-row">
          {row.map((button, place) => (
            <ButtonView key={place} button={button} message={message} />
          ))}
        </div>
      ))}
    </div>
  )
}
