/** Who reacted to a message and how, and who read it. */

import { useEffect, useRef, useState } from 'preact/hooks'

import { call, inputPeer } from '../api.ts'
import type { PeerId, Reaction } from '../model/types.ts'
import type { Panel } from '../nav.ts'
import { messageOf, peer } from '../store.ts'
import { reactionKey } from '../translate/messages.ts'
import { peerId } from '../translate/peers.ts'
import { Avatar, nameOf } from '../ui/avatar.tsx'
import { Icon } from '../ui/icons.tsx'
import { Empty, PanelFrame, Row, Spinner } from '../ui/kit.tsx'
import { attempt } from '../ui/refusals.ts'
import { Tabs, type Tab } from '../ui/tabs.tsx'
import { brief, dateAndTime } from '../ui/times.ts'
import { t } from '../words.ts'
import { openPeer } from './links.ts'
import { mayAskWhoRead } from './may.ts'

const PAGE = 50 // people asked for at once
const ALL = '' // the tab of all reactions
const READ = 'read' // the tab of who read

interface Entry {
  who: PeerId
  date: number // seconds of Unix time
  reaction: string // '': they read it
}

type Place = Extract<Panel, { name: 'reactions' }>

async function readers({ chat, id }: Place): Promise<Entry[]> {
  const found = await call({ _: 'messages.getMessageReadParticipants', peer: inputPeer(chat), msgId: id })
  return found.map(({ userId, date }) => ({ who: userId, date, reaction: '' }))
}

async function reactors({ chat, id }: Place, only: string, offset: string): Promise<{ entries: Entry[]; next: string }> {
  const reaction =
    only === ALL
      ? {}
      : {
          reaction: only.startsWith('custom:')
            ? { _: 'reactionCustomEmoji' as const, documentId: BigInt(only.slice(7)) }
            : { _: 'reactionEmoji' as const, emoticon: only },
        }
  const from = offset === '' ? {} : { offset }
  const answer = await call({
    _: 'messages.getMessageReactionsList',
    peer: inputPeer(chat),
    id,
    ...reaction,
    ...from,
    limit: PAGE,
  })
  const entries = answer.reactions.map((one) => ({
    who: peerId(one.peerId),
    date: one.date,
    reaction: reactionKey(one.reaction),
  }))
  return { entries, next: answer.nextOffset ?? '' }
}

function People({ panel, tab }: { panel: Place; tab: string }) {
  const [entries, setEntries] = useState<Entry[] | null>(null)
  const next = useRef('')
  const end = useRef<HTMLDivElement>(null)
  const load = async (): Promise<void> => {
    if (tab === READ) setEntries(await readers(panel))
    else {
      const page = await reactors(panel, tab, next.current)
      next.current = page.next
      setEntries((before) => [...(before ?? []), ...page.entries])
    }
  }
  useEffect(() => {
    setEntries(null)
    next.current = ''
    void attempt(load).then((done) => {
      if (!done) setEntries((before) => before ?? [])
    })
  }, [tab])
  useEffect(() => {
    const watcher = new IntersectionObserver((seen) => {
      if (next.current !== '' && seen.some((one) => one.isIntersecting)) void attempt(load)
    })
    if (end.current !== null) watcher.observe(end.current)
    return () => watcher.disconnect()
  }, [entries])
  if (entries === null) {
    return (
      <div class="centred">
        <Spinner label={t('ui.loading')} />
      </div>
    )
  }
  if (entries.length === 0) {
    return tab === READ ? (
      <Empty icon="eye" title={t('history.seen.none')} />
    ) : (
      <Empty icon="smile" title={t('history.reacted.none')} />
    )
  }
  return (
    <>
      {entries.map((one) => (
        <Row
          key={`${one.who}/${one.reaction}`}
          before={<Avatar peer={peer(one.who).value} size={42} />}
          title={nameOf(peer(one.who).value)}
          note={<time title={dateAndTime(one.date)}>{brief(one.date, Date.now() / 1000)}</time>}
          after={one.reaction === '' ? <Icon name="checks" /> : <span class="reacted">{one.reaction}</span>}
          onPress={() => openPeer(one.who)}
        />
      ))}
      <div ref={end} />
    </>
  )
}

function tabsOf(reactions: readonly Reaction[], reads: boolean): Tab<string>[] {
  const tabs: Tab<string>[] = []
  const sum = reactions.reduce((all, { count }) => all + count, 0)
  if (sum > 0) tabs.push({ key: ALL, label: t('history.all'), after: <span class="row-note">{sum}</span> })
  for (const { key, count } of reactions) {
    const label = key.startsWith('custom:') ? '★' : key
    tabs.push({ key, label, name: t('history.reaction', { key, n: count }), after: <span class="row-note">{count}</span> })
  }
  if (reads) tabs.push({ key: READ, label: <Icon name="eye" />, name: t('history.seen') })
  return tabs
}

export default function Reactors({ panel }: { panel: Place }) {
  const message = messageOf(panel.chat, panel.id)
  const tabs = tabsOf(message?.reactions ?? [], message !== undefined && mayAskWhoRead(message))
  const [chosen, setChosen] = useState(tabs[0]?.key ?? ALL)
  const title = t(tabs.some(({ key }) => key === READ) ? 'history.seen.by' : 'history.reacted.by')
  return (
    <PanelFrame title={title}>
      {tabs.length > 1 && <Tabs label={title} tabs={tabs} chosen={chosen} choose={setChosen} />}
      <People key={chosen} panel={panel} tab={chosen} />
    </PanelFrame>
  )
}
