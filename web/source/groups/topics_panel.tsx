/** The topics of a forum, over the list of chats: pinned ones first, then those last written in. */

import { useComputed } from '@preact/signals'
import type { TargetedMouseEvent } from 'preact'
import { useEffect } from 'preact/hooks'

import { authorText, messageText } from '../chats/summary.ts'
import { isOnline } from '../kept/keeping.ts'
import { ordered } from '../model/topics.ts'
import type { Message, Peer, PeerId, Topic } from '../model/types.ts'
import { openChat, openPanel, place } from '../nav.ts'
import { forums, peer } from '../store.ts'
import { nameOf } from '../ui/avatar.tsx'
import { End } from '../ui/end.tsx'
import { Icon } from '../ui/icons.tsx'
import { Empty, IconButton, PanelFrame, Spinner } from '../ui/kit.tsx'
import { openMenu } from '../ui/overlays.tsx'
import { attempt } from '../ui/refusals.ts'
import { statusOf } from '../ui/status.ts'
import { brief } from '../ui/times.ts'
import { t } from '../words.ts'
import { allowed, hasRight } from './rights.ts'
import { TopicIcon } from './topic_icon.tsx'
import { menuOf } from './topic_menu.ts'
import { loadTopics } from './topics.ts'

const now = (): number => Date.now() / 1000

function Line({ top }: { top: Message | undefined }) {
  if (top === undefined) return <span />
  const author = authorText(top)
  return (
    <span dir="auto">
      {author !== '' && <span class="chat-author">{author} </span>}
      {messageText(top)}
    </span>
  )
}

function Marks({ topic }: { topic: Topic }) {
  const muted = topic.notify.mutedUntil > now()
  return (
    <span class="chat-badges">
      {topic.mentions > 0 && (
        <span class="badge badge-mention" role="img" aria-label={t('chats.mentioned')}>
          @
        </span>
      )}
      {topic.unread > 0 ? (
        <span class={muted ? 'badge badge-muted' : 'badge'} role="img" aria-label={t('chats.unread.count', { n: topic.unread })}>
          {topic.unread}
        </span>
      ) : (
        topic.pinned && <Icon name="pin" label={t('chats.pinned')} />
      )}
    </span>
  )
}

function TopicRow({ where, topic, top }: { where: Peer; topic: Topic; top: Message | undefined }) {
  const current = place.value?.chat === topic.chat && place.value.top === topic.id
  const menu = (event: TargetedMouseEvent<HTMLButtonElement>): void => {
    event.preventDefault()
    const { clientX: x, clientY: y } = event
    openMenu(x === 0 && y === 0 ? event.currentTarget : { x, y }, menuOf(where, topic))
  }
  return (
    <li>
      <button
        type="button"
        class="topic-row"
        aria-current={current ? 'true' : undefined}
        onClick={() => openChat(topic.chat, { top: topic.id })}
        onContextMenu={menu}
      >
        <TopicIcon topic={topic} />
        <span class="chat-title">
          <span class="chat-name" dir="auto">
            {topic.title}
          </span>
          {topic.closed && <Icon name="lock" label={t('groups.topic.closed.short')} />}
          {topic.notify.mutedUntil > now() && <Icon name="muted" label={t('chats.muted')} />}
        </span>
        <span class="chat-when">{top !== undefined && <time>{brief(top.date, now())}</time>}</span>
        <span class="chat-line">
          <Line top={top} />
        </span>
        <Marks topic={topic} />
      </button>
    </li>
  )
}

function forumMenu(from: Element, where: Peer): void {
  openMenu(from, [
    { icon: 'info', label: t('people.group'), do: () => openPanel('right', { name: 'profile', chat: where.id }) },
    { icon: 'comment', label: t('groups.topics.as.messages'), do: () => openChat(where.id, { whole: true }) },
  ])
}

export default function Topics({ panel }: { panel: { chat: PeerId } }) {
  const { chat } = panel
  const where = peer(chat).value
  const forum = useComputed(() => forums.value.get(chat)).value
  const online = isOnline()
  useEffect(() => {
    void attempt(() => loadTopics(chat, true))
  }, [chat, online])
  if (where === undefined) return null
  const manages = hasRight(where, 'manageTopics')
  const rows = forum === undefined ? [] : ordered(forum).filter(({ hidden }) => !hidden || manages)
  const actions = (
    <>
      {allowed(where, 'manageTopics') && (
        <IconButton icon="plus" label={t('groups.topic.new')} onPress={() => openPanel('left', { name: 'topic.edit', chat, topic: 0 })} />
      )}
      <IconButton icon="more" label={t('ui.more')} onPress={(event) => forumMenu(event.currentTarget, where)} />
    </>
  )
  return (
    <PanelFrame title={nameOf(where)} actions={actions}>
      <p class="hint panel-note">{statusOf(where)}</p>
      {forum === undefined && (
        <div class="centred">
          <Spinner label={t('ui.loading')} />
        </div>
      )}
      {forum !== undefined && rows.length === 0 && <Empty icon="topic" title={t('groups.topics.none')} />}
      <ul class="topics" aria-label={t('groups.topics')}>
        {rows.map((one) => (
          <TopicRow key={one.id} where={where} topic={one} top={forum?.tops.get(one.id)} />
        ))}
      </ul>
      {online && forum !== undefined && !forum.complete && <End more={() => void attempt(() => loadTopics(chat))} />}
    </PanelFrame>
  )
}
