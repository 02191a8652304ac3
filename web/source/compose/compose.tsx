/** The field under the open conversation: writing, answering, editing, and what stands there when one may not. */

import type { TargetedKeyboardEvent } from 'preact'
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'

import { call, inputPeer } from '../api.ts'
import { messageText } from '../chats/summary.ts'
import { Instead, standingOf } from '../groups/instead.tsx'
import { Clock, useWait } from '../groups/slow_mode.tsx'
import type { Place } from '../nav.ts'
import { useAbout } from '../people/full.ts'
import { apply, dialogs, history, peer } from '../store.ts'
import { nameOf } from '../ui/avatar.tsx'
import { Icon } from '../ui/icons.tsx'
import { IconButton } from '../ui/kit.tsx'
import { attempt } from '../ui/refusals.ts'
import { t } from '../words.ts'
import { inputEntities } from '../translate/messages.ts'
import { AttachButton, useDropAndPaste } from './attach.tsx'
import { EmojiButton } from './emoji.tsx'
import { VoiceButton } from './voice.tsx'
import { parsed, unparsed } from './markdown.ts'
import { begin, leave, task } from './state.ts'
import { saveDraft, tellTyping } from './telling.ts'
import { write } from './outbox.ts'

const LINES_PX_MAX = 240 // height of the field before it scrolls

function TaskBar() {
  const now = task.value
  if (now.is === 'write' || now.is === 'forward') return null
  const { message } = now
  const title =
    now.is === 'edit' ? t('compose.editing') : t('compose.replying', { name: nameOf(peer(message.from).value) })
  return (
    <div class="compose-task">
      <Icon name={now.is === 'edit' ? 'pencil' : 'reply'} />
      <div class="compose-task-text">
        <span class="quote-name" dir="auto">
          {title}
        </span>
        <span class="quote-text" dir="auto">
          {messageText(message)}
        </span>
      </div>
      <IconButton icon="close" label={t('compose.cancel')} onPress={leave} />
    </div>
  )
}

async function edit(id: number, place: Place, text: string): Promise<void> {
  const made = parsed(text)
  const entities = inputEntities(made.entities, () => 0n)
  await call({ _: 'messages.editMessage', peer: inputPeer(place.chat), id, message: made.text, entities })
  leave()
}

export function Compose({ place }: { place: Place }) {
  const { chat, top } = place
  const where = peer(chat).value
  const [text, setText] = useState('')
  const field = useRef<HTMLTextAreaElement>(null)
  const current = task.value

  // the draft of the chat that is opened
  useEffect(() => {
    leave()
    const draft = top === 0 ? dialogs.peek().byChat.get(chat)?.draft : null
    setText(draft == null ? '' : unparsed(draft.text, draft.entities))
    const answered = draft == null ? undefined : history(chat).peek().messages.get(draft.reply)
    if (answered !== undefined) begin({ is: 'reply', message: answered, quote: null })
    if (matchMedia('(hover: hover)').matches) field.current?.focus()
  }, [chat, top])

  // what is edited comes into the field, what is answered takes the focus
  useEffect(() => {
    if (current.is === 'edit') setText(unparsed(current.message.text, current.message.entities))
    if (current.is !== 'write') field.current?.focus()
  }, [current])

  // the field is as high as its text
  useLayoutEffect(() => {
    const element = field.current
    if (element === null) return
    element.style.height = 'auto'
    element.style.height = `${Math.min(element.scrollHeight, LINES_PX_MAX)}px`
  }, [text])

  const drop = useDropAndPaste(place, field)
  useAbout(chat, true)
  const wait = useWait(chat)
  if (where === undefined) return null
  const how = standingOf(where, top)
  if (how.is !== 'field') return <Instead where={where} how={how} />

  const changed = (next: string): void => {
    setText(next)
    if (current.is !== 'edit') {
      if (next !== '') tellTyping(chat, top)
      if (top === 0) saveDraft(chat, next, current.is === 'reply' ? current.message.id : 0)
    }
  }
  const send = (silent = false): void => {
    const written = text.trim()
    if (current.is === 'edit') {
      if (written !== '') void attempt(() => edit(current.message.id, place, written))
      setText('')
      return
    }
    if (written === '' || wait > 0) return
    const reply = current.is === 'reply' ? current.message.id : 0
    setText('')
    leave()
    if (top === 0) {
      saveDraft(chat, '', 0)
      apply({ type: 'draft', chat, draft: null, now: 0 })
    }
    void attempt(() => write({ chat, top, reply, silent, ...parsed(written) }))
  }
  const pressed = (event: TargetedKeyboardEvent<HTMLTextAreaElement>): void => {
    if (event.isComposing) return
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault()
      send()
    } else if (event.key === 'Escape' && current.is !== 'write') {
      event.stopPropagation()
      if (current.is === 'edit') setText('')
      leave()
    } else if (event.key === 'ArrowUp' && text === '') editLast(place)
  }
  return (
    <div class="compose" {...drop}>
      <TaskBar />
      <div class="compose-line">
        <AttachButton place={place} />
        <textarea
          ref={field}
          rows={1}
          dir="auto"
          value={text}
          aria-label={t('compose.message.to', { name: nameOf(where) })}
          placeholder={t('compose.message')}
          onInput={(event) => changed(event.currentTarget.value)}
          onKeyDown={pressed}
        />
        <EmojiButton insert={(emoji) => changed(insertAt(field.current, text, emoji))} />
        {wait > 0 && current.is !== 'edit' ? (
          <Clock left={wait} />
        ) : text.trim() === '' && current.is !== 'edit' ? (
          <VoiceButton place={place} />
        ) : (
          <IconButton
            icon={current.is === 'edit' ? 'check' : 'send'}
            label={t('compose.send')}
            class="send mirrors"
            onPress={() => send()}
          />
        )}
      </div>
    </div>
  )
}

function insertAt(field: HTMLTextAreaElement | null, text: string, piece: string): string {
  const [from, to] = [field?.selectionStart ?? text.length, field?.selectionEnd ?? text.length]
  requestAnimationFrame(() => {
    field?.focus()
    field?.setSelectionRange(from + piece.length, from + piece.length)
  })
  return text.slice(0, from) + piece + text.slice(to)
}

/** Begin to edit the last message of one's own, as the key for upwards does. */
function editLast({ chat, top }: Place): void {
  const { ids, messages } = history(chat, top).peek()
  for (const id of [...ids].reverse()) {
    const message = messages.get(id)
    if (message?.out === true && message.text !== '' && message.forward === null) {
      begin({ is: 'edit', message })
      return
    }
  }
}
