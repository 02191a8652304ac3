/** The buttons that a bot put under its message. */

import { useState } from 'preact/hooks'

import { call, inputPeer } from '../api.ts'
import { pickChat } from '../chats/picker.tsx'
import { flushDraft, keepDraft } from '../compose/drafts.ts'
import type { BotButton, Message, PeerId } from '../model/types.ts'
import { closeChat, openChat, place } from '../nav.ts'
import { peer } from '../store.ts'
import { Icon } from '../ui/icons.tsx'
import { Spinner } from '../ui/kit.tsx'
import { confirm, say } from '../ui/overlays.tsx'
import { attempt } from '../ui/refusals.ts'
import { t } from '../words.ts'
import { openPeer } from '../history/links.ts'
import { safeAddress } from '../history/text_rules.ts'

/** Begin to ask a bot by its name, here or in a chat that is chosen. */
function askInline(message: Message, { query, here }: NonNullable<BotButton['inline']>): void {
  const name = peer(message.bot || message.from).peek()?.username ?? ''
  const open = (chat: PeerId): void => {
    keepDraft(chat, 0, { rich: { text: `@${name} ${query}`, entities: [] }, reply: 0 })
    flushDraft(chat, 0)
    if (place.peek()?.chat === chat) closeChat() // the field reads its draft when it is opened
    requestAnimationFrame(() => openChat(chat, { whole: true }))
  }
  if (here) open(message.chat)
  else pickChat(t('bots.chat.choose'), open)
}

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

async function press(button: BotButton, message: Message): Promise<void> {
  if (button.url !== '') await openPage(button.url)
  else if (button.data !== null) await callBack(message, button.data)
  else if (button.copies !== undefined) {
    await navigator.clipboard.writeText(button.copies)
    say(t('history.copied'))
  } else if (button.user !== undefined) openPeer(button.user)
  else if (button.inline !== undefined) askInline(message, button.inline)
  else say(t('history.button.unknown'))
}

function ButtonView({ button, message }: { button: BotButton; message: Message }) {
  const [busy, setBusy] = useState(false)
  return (
    <button
      type="button"
      class={button.style === undefined ? 'keyboard-button' : `keyboard-button keyboard-${button.style}`}
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
          {row.map((button, column) => (
            <ButtonView key={column} button={button} message={message} />
          ))}
        </div>
      ))}
    </div>
  )
}
