/** A dialog that asks for one chat, and in a forum for one of its topics. */

import type { TargetedKeyboardEvent } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'

import { call, inputPeer } from '../api.ts'
import { mayPost } from '../groups/rights.ts'
import { listed } from '../model/dialogs.ts'
import type { Peer, PeerId } from '../model/types.ts'
import { dialogs, peers, self } from '../store.ts'
import { peerId } from '../translate/peers.ts'
import { Avatar, nameOf } from '../ui/avatar.tsx'
import { Empty, Field, IconButton, Row, Spinner } from '../ui/kit.tsx'
import { showModal } from '../ui/overlays.tsx'
import { attempt } from '../ui/refusals.ts'
import { statusOf } from '../ui/status.ts'
import { t } from '../words.ts'

const PAUSE_MS = 250 // of typing before the server is asked
const TOPICS_MAX = 100 // asked for at once

/** A chat, or a topic of it. */
export interface Target {
  chat: PeerId
  top: number
}

type Accepts = (one: Peer) => boolean

interface Topic {
  id: number
  title: string
}

/** Return the chats of the list that fit, Saved Messages first. */
function own(wanted: string, accepts: Accepts): Peer[] {
  const bare = wanted.trim().toLocaleLowerCase().replace(/^@/, '')
  const me = peers.value.get(self.value)
  const all = [...listed(dialogs.value, 0), ...listed(dialogs.value, 1)].map(({ chat }) => peers.value.get(chat))
  const unique = new Set([me, ...all].filter((one) => one !== undefined))
  return [...unique].filter((one) => {
    const name = one === me ? t('ui.saved') : one.name
    return accepts(one) && `${name} ${one.username}`.toLocaleLowerCase().includes(bare)
  })
}

/** People and chats beyond the list that the server finds. */
function useOthers(wanted: string, accepts: Accepts, known: readonly Peer[]): Peer[] {
  const [found, setFound] = useState<readonly PeerId[]>([])
  useEffect(() => {
    setFound([])
    if (wanted.trim().length < 3) return
    const abort = new AbortController()
    const timer = setTimeout(() => {
      void attempt(async () => {
        const answer = await call({ _: 'contacts.search', q: wanted.trim(), limit: 20 }, abort.signal)
        setFound([...answer.myResults, ...answer.results].map(peerId))
      })
    }, PAUSE_MS)
    return () => {
      clearTimeout(timer)
      abort.abort()
    }
  }, [wanted])
  const there = new Set(known.map(({ id }) => id))
  return [...new Set(found)]
    .filter((id) => !there.has(id))
    .map((id) => peers.value.get(id))
    .filter((one) => one !== undefined && accepts(one)) as Peer[]
}

/** Move the focus through the rows by arrows, from the field too. */
function moves(event: TargetedKeyboardEvent<HTMLElement>): void {
  if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return
  const rows = [...event.currentTarget.querySelectorAll<HTMLElement>('button.row')]
  const at = rows.indexOf(document.activeElement as HTMLElement)
  const next = event.key === 'ArrowDown' ? at + 1 : at - 1
  event.preventDefault()
  if (next < 0) event.currentTarget.querySelector('input')?.focus()
  else rows[Math.min(next, rows.length - 1)]?.focus()
}

function Topics({ chat, choose }: { chat: PeerId; choose: (top: number) => void }) {
  const [topics, setTopics] = useState<Topic[] | null>(null)
  useEffect(() => {
    void attempt(async () => {
      const asked = { offsetDate: 0, offsetId: 0, offsetTopic: 0, limit: TOPICS_MAX }
      const answer = await call({ _: 'messages.getForumTopics', peer: inputPeer(chat), ...asked })
      const open = answer.topics.filter((one) => one._ === 'forumTopic' && one.closed !== true)
      setTopics(open.map((one) => ({ id: one.id, title: one._ === 'forumTopic' ? one.title : '' })))
    })
  }, [chat])
  if (topics === null) {
    return (
      <div class="centred">
        <Spinner label={t('ui.loading')} />
      </div>
    )
  }
  return (
    <div class="picker-list">
      {topics.map(({ id, title }) => (
        <Row key={id} icon="topic" title={title} onPress={() => choose(id)} />
      ))}
    </div>
  )
}

interface PickerProps {
  title: string
  topics: boolean
  accepts: Accepts
  chosen: (target: Target) => void
  close: () => void
}

function Picker({ title, topics, accepts, chosen, close }: PickerProps) {
  const [wanted, setWanted] = useState('')
  const [forum, setForum] = useState<Peer | null>(null)
  const list = useRef<HTMLDivElement>(null)
  const mine = own(wanted, accepts)
  const others = useOthers(wanted, accepts, mine)
  const done = (target: Target): void => {
    close()
    chosen(target)
  }
  const press = (one: Peer): void => {
    if (topics && one.forum === true) setForum(one)
    else done({ chat: one.id, top: 0 })
  }
  const row = (one: Peer) => (
    <Row
      key={one.id}
      before={<Avatar peer={one} size={40} saved={one.id === self.value} />}
      title={one.id === self.value ? t('ui.saved') : nameOf(one)}
      note={one.id === self.value ? undefined : statusOf(one)}
      onPress={() => press(one)}
    />
  )
  return (
    <div class="picker" ref={list} onKeyDown={moves}>
      <header class="picker-head">
        {forum !== null && (
          <IconButton icon="back" class="mirrors" label={t('ui.back')} onPress={() => setForum(null)} />
        )}
        <h2 dir="auto">{forum === null ? title : nameOf(forum)}</h2>
        <IconButton icon="close" label={t('ui.close')} onPress={close} />
      </header>
      {forum === null ? (
        <>
          <Field label={t('chats.search')} name="wanted" type="search" autofocus onInput={setWanted} />
          <div class="picker-list">
            {mine.map(row)}
            {others.map(row)}
            {mine.length + others.length === 0 && <Empty icon="search" title={t('chats.nothing')} />}
          </div>
        </>
      ) : (
        <Topics chat={forum.id} choose={(top) => done({ chat: forum.id, top })} />
      )}
    </div>
  )
}

/** Ask for a chat, or a topic of a forum, in which messages may be written. */
export function pickPlace(title: string, chosen: (target: Target) => void): void {
  showModal(
    (close) => <Picker title={title} topics accepts={mayPost} chosen={chosen} close={close} />,
    'modal-picker',
  )
}

/** Ask for a chat. */
export function pickChat(title: string, chosen: (chat: PeerId) => void, accepts: Accepts = mayPost): void {
  showModal(
    (close) => (
      <Picker title={title} topics={false} accepts={accepts} chosen={({ chat }) => chosen(chat)} close={close} />
    ),
    'modal-picker',
  )
}
