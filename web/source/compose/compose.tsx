/** The field under the open conversation: writing, answering, editing, and what stands there when one may not. */

import type { RefObject, TargetedKeyboardEvent } from 'preact'
import { useEffect, useId, useRef, useState } from 'preact/hooks'

import { hasBot, useBots } from '../bots/door.ts'
import { Instead, standingOf } from '../groups/instead.tsx'
import { useLooking } from '../groups/looking.ts'
import { Clock, useWait } from '../groups/slow_mode.tsx'
import { mayEdit } from '../history/may.ts'
import { openPanel, type Place } from '../nav.ts'
import { useAbout } from '../people/full.ts'
import { history, messageOf, peer, self, watch } from '../store.ts'
import { nameOf } from '../ui/avatar.tsx'
import { IconButton } from '../ui/kit.tsx'
import { attempt } from '../ui/refusals.ts'
import { t } from '../words.ts'
import { AttachButton, usePaste } from './attach.tsx'
import { begunOf, draftOf, dropDraft, flushDraft, isUnsaved, keepDraft } from './drafts.ts'
import { EmojiButton } from './emoji.tsx'
import { unparsed } from './markdown.ts'
import { Field, type FieldHandle } from './field.tsx'
import { PageBar, usePage } from './page_bar.tsx'
import { EMPTY, type Range, type Rich, same, spliced, written } from './rich.ts'
import { scheduledIn } from './scheduling.ts'
import { AT_ONCE, type How, SendButton } from './send_button.tsx'
import { edit, send, sendable, sendDocument } from './sending.ts'
import { begin, leave, task } from './state.ts'
import { askedAt } from './suggest.ts'
import { SuggestionList, useSuggestions, type Suggestion } from './suggestions.tsx'
import { TaskBar } from './task_bar.tsx'
import { tellTyping } from './telling.ts'
import { askForLink, Toolbar } from './toolbar.tsx'
import { VoiceButton } from './voice.tsx'

const TOUCH = '(hover: none) and (pointer: coarse)' // where a keyboard on the screen has its own way to send

type Handle = RefObject<FieldHandle | null>

/** Keep the field, the draft and what is being done in step; returns what stands in the field. */
function useWriting(place: Place, field: Handle): [Rich, (rich: Rich) => void] {
  const { chat, top } = place
  const [rich, setRich] = useState<Rich>(EMPTY)
  const current = task.value
  const editing = useRef(false)

  useEffect(() => {
    if (task.peek().is !== 'forward') leave()
    const { rich: begun, reply } = draftOf(chat, top)
    const answered = reply === 0 ? undefined : messageOf(chat, reply)
    if (answered !== undefined && task.peek().is === 'write') begin({ is: 'reply', message: answered, quote: null })
    field.current?.set(begun)
    setRich(begun)
    return () => flushDraft(chat, top)
  }, [])

  // one goes on writing, also where the place was open already
  useEffect(() => {
    if (!matchMedia(TOUCH).matches) field.current?.focus()
  }, [place])

  // what is edited comes into the field, and the draft comes back afterwards
  useEffect(() => {
    const now = field.current
    if (now === null) return
    if (current.is === 'edit') {
      const { text, entities } = current.message
      now.set(written(text, entities))
    } else if (editing.current) now.set(draftOf(chat, top).rich)
    editing.current = current.is === 'edit'
    setRich(now.value())
    if (current.is !== 'write') now.focus()
    if (current.is === 'reply') keepDraft(chat, top, { rich: now.value(), reply: current.message.id })
  }, [current])

  // what another device has begun
  useEffect(
    () =>
      watch((event) => {
        if (event.type !== 'draft' || event.chat !== chat || top !== 0 || editing.current || isUnsaved(chat)) return
        const { rich: begun } = begunOf(event.draft)
        if (field.current === null || same(field.current.value(), begun) || field.current.value().text.trim() === begun.text) return
        field.current.set(begun)
        setRich(begun)
      }),
    [],
  )

  const changed = (next: Rich): void => {
    setRich(next)
    if (editing.current) return
    const now = task.peek()
    if (next.text !== '') tellTyping(chat, top)
    keepDraft(chat, top, { rich: next, reply: now.is === 'reply' ? now.message.id : 0 })
  }
  return [rich, changed]
}

interface Completing {
  all: readonly Suggestion[]
  active: number
  choose: (one: Suggestion) => void
  pressed: (key: string) => boolean // true: the key was for the list
}

/** Complete the word at the caret from a list. */
function useCompleting(place: Place, field: Handle, rich: Rich, range: Range | null): Completing {
  const [active, setActive] = useState(0)
  const [closedAt, setClosedAt] = useState('')
  const caret = range !== null && range.from === range.to ? range.from : -1
  const asked = caret < 0 ? null : askedAt(rich.text, caret)
  const key = asked === null ? '' : `${asked.of}/${asked.from}`
  const found = useSuggestions(place, key === closedAt ? null : asked)
  useEffect(() => setActive(0), [found])
  const choose = (one: Suggestion): void => {
    const now = field.current
    if (now === null || asked === null) return
    const to = now.range().to
    const at = asked.from + one.piece.text.length
    now.change(spliced(now.value(), { from: asked.from, to }, one.piece), { from: at, to: at })
    one.taken()
  }
  const all = asked === null || key === closedAt ? [] : found
  const pressed = (name: string): boolean => {
    const one = all[active]
    if (one === undefined) return false
    if (name === 'ArrowDown' || name === 'ArrowUp') {
      setActive((active + (name === 'ArrowDown' ? 1 : -1) + all.length) % all.length)
    } else if (name === 'Enter' || name === 'Tab') choose(one)
    else if (name === 'Escape') setClosedAt(key)
    else return false
    return true
  }
  return { all, active, choose, pressed }
}

/** Let typing anywhere on the page begin a message. */
function useTypingAnywhere(field: Handle): void {
  useEffect(() => {
    const key = (event: KeyboardEvent): void => {
      const target = event.target as Element
      const plain = event.key.length === 1 && event.key !== ' ' && !event.ctrlKey && !event.metaKey && !event.altKey
      if (!plain || event.defaultPrevented || document.querySelector('dialog[open], .menu') !== null) return
      if (target.closest('input, textarea, select, [contenteditable], [role=listbox], [role=tablist]') === null) field.current?.focus()
    }
    addEventListener('keydown', key)
    return () => removeEventListener('keydown', key)
  }, [])
}

function ScheduledButton({ chat }: { chat: number }) {
  const count = scheduledIn(chat).value.length
  if (count === 0) return null
  return (
    <IconButton
      icon="calendar"
      label={t('compose.scheduled')}
      onPress={() => openPanel('right', { name: 'scheduled', chat })}
    />
  )
}

/** Begin to edit the last message of one's own, as the key for upwards does. */
function editLast({ chat, top }: Place): void {
  const { ids, messages } = history(chat, top).peek()
  const mine = [...ids].reverse().map((id) => messages.get(id))
  const last = mine.find((one) => one !== undefined && mayEdit(one, Date.now() / 1000))
  if (last !== undefined) begin({ is: 'edit', message: last })
}

interface Deeds {
  emptied: () => void // what stood in the field was sent
  cancel: () => void // what is being done: the field is about a plain message again
  deliver: (how: How) => void
}

/** Send what stands in the field, or give up what it is about. */
function useDeeds(place: Place, field: Handle, changed: (rich: Rich) => void, bare: boolean): Deeds {
  const { chat, top } = place
  const wait = useWait(chat)
  const current = task.value
  const emptied = (): void => {
    field.current?.set(EMPTY)
    changed(EMPTY)
    leave()
    dropDraft(chat, top)
  }
  return {
    emptied,
    cancel() {
      leave()
      field.current?.focus()
      if (current.is === 'reply') keepDraft(chat, top, { rich: field.current?.value() ?? EMPTY, reply: 0 })
    },
    deliver(how) {
      const now = field.current?.value() ?? EMPTY
      if (!sendable(current, now)) return
      if (current.is === 'edit') {
        const { message, scheduled = false } = current
        void attempt(() => edit(message, scheduled, now, bare)).then((done) => {
          if (done && task.peek() === current) leave()
        })
      } else if (wait === 0) {
        emptied()
        void attempt(() => send(place, current, now, { ...how, bare }))
      }
    },
  }
}

/** Return what the keys do that neither the text nor its formatting takes. */
function keysOf(place: Place, rich: Rich, list: Completing, { cancel, deliver }: Deeds) {
  return (event: TargetedKeyboardEvent<HTMLDivElement>): void => {
    const now = task.peek()
    const bare = !event.shiftKey && !event.ctrlKey && !event.metaKey && !event.altKey
    const sends = event.key === 'Enter' && !event.shiftKey && (!matchMedia(TOUCH).matches || event.ctrlKey)
    if (bare && list.pressed(event.key)) event.stopPropagation()
    else if (sends) deliver(AT_ONCE)
    else if (event.key === 'Escape' && now.is !== 'write') {
      event.stopPropagation()
      cancel()
    } else if (event.key === 'ArrowUp' && bare && rich.text === '' && now.is === 'write') editLast(place)
    else return
    event.preventDefault()
  }
}

/** What ends the line: the button that sends, the one that records, or the time one has to wait. */
function Last({ place, ready, deliver }: { place: Place; ready: boolean; deliver: (how: How) => void }) {
  const wait = useWait(place.chat)
  const editing = task.value.is === 'edit'
  if (wait > 0 && !editing) return <Clock left={wait} />
  if (!ready) return <VoiceButton place={place} />
  return <SendButton edit={editing} alone={place.chat === self.value} send={deliver} />
}

function Writing({ place, name }: { place: Place; name: string }) {
  const { chat } = place
  const field = useRef<FieldHandle>(null)
  const [range, setRange] = useState<Range | null>(null)
  const [rich, changed] = useWriting(place, field)
  const current = task.value
  const listId = useId()
  const list = useCompleting(place, field, rich, range)
  const page = usePage(rich, false)
  const deeds = useDeeds(place, field, changed, page.bare)
  const attach = { words: () => unparsed(field.current?.value() ?? EMPTY), taken: deeds.emptied }
  const paste = usePaste(place, attach)
  useTypingAnywhere(field)
  const bots = useBots(hasBot(place))
  return (
    <div class="compose" {...paste}>
      {range !== null && range.from < range.to && <Toolbar field={field} rich={rich} range={range} />}
      {list.all.length > 0 && <SuggestionList id={listId} {...list} />}
      <TaskBar cancel={deeds.cancel} />
      <PageBar previewed={page} />
      <div class="compose-line">
        <AttachButton place={place} {...attach} />
        <Field
          handle={field}
          label={t('compose.message.to', { name })}
          placeholder={bots?.hintFor(place) || t('compose.message')}
          changed={changed}
          moved={setRange}
          onKeyDown={keysOf(place, rich, list, deeds)}
          onLink={() => field.current !== null && askForLink(field.current)}
          options={list.all.length === 0 ? null : { id: listId, active: `${listId}-${list.active}` }}
        />
        <ScheduledButton chat={chat} />
        {bots && <bots.CommandsButton place={place} />}
        {bots && <bots.KeysButton place={place} />}
        <EmojiButton
          insert={(emoji) => field.current?.insert({ text: emoji, entities: [] })}
          send={current.is === 'edit' ? null : (one) => void attempt(() => sendDocument(place, current, one)).then(leave)}
          closed={() => field.current?.focus()}
        />
        <Last place={place} ready={sendable(current, rich)} deliver={deeds.deliver} />
      </div>
      {bots && <bots.KeysView place={place} rich={rich} />}
    </div>
  )
}

export function Compose({ place }: { place: Place }) {
  const { chat, top } = place
  const where = peer(chat).value
  useAbout(chat, true)
  useLooking(chat)
  const bots = useBots(hasBot(place))
  if (where === undefined) return null
  const how = standingOf(where, top)
  if (how.is !== 'field') return <Instead where={where} how={how} />
  if (bots?.waitsForStart(place)) return <bots.StartBar place={place} />
  return <Writing key={`${chat}/${top}`} place={place} name={chat === self.value ? t('ui.saved') : nameOf(where)} />
}
