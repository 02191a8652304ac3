/** The head of a topic, or of the comments on a post, with the way back to where they belong. */

import { useEffect, useState } from 'preact/hooks'

import { call, inputPeer, messagesOf } from '../api.ts'
import { messageText } from '../chats/summary.ts'
import type { Place } from '../nav.ts'
import { back, openChat, openPanel } from '../nav.ts'
import { apply, forums, history, messageOf, peer, watch } from '../store.ts'
import { nameOf } from '../ui/avatar.tsx'
import { Icon } from '../ui/icons.tsx'
import { IconButton } from '../ui/kit.tsx'
import { openMenu } from '../ui/overlays.tsx'
import { attempt } from '../ui/refusals.ts'
import { t } from '../words.ts'
import { jump } from '../history/jump.ts'
import { menuOf } from './topic_menu.ts'
import { TopicIcon } from './topic_icon.tsx'
import { refreshTopics } from './topics.ts'
import { named } from '../people/naming.ts'

function TopicHead({ at }: { at: Place }) {
  const where = peer(at.chat).value
  const topic = forums.value.get(at.chat)?.byId.get(at.top)
  useEffect(() => {
    if (topic === undefined) void attempt(() => refreshTopics(at.chat, [at.top]))
  }, [at.chat, at.top])
  return (
    <header class="conversation-head">
      <IconButton icon="back" label={t('ui.back')} class="mirrors only-narrow" onPress={() => void back()} />
      <button type="button" class="conversation-who" onClick={() => openPanel('right', { name: 'profile', chat: at.chat })}>
        {topic === undefined ? <span class="topic-icon" /> : <TopicIcon topic={topic} />}
        <span class="row-text">
          <h1 class="conversation-name" dir="auto">
            {topic?.title ?? ''}
          </h1>
          <span class="row-note" dir="auto">
            {topic?.closed === true ? t('groups.topic.closed.in', { name: named(where) }) : nameOf(where)}
          </span>
        </span>
      </button>
      {where !== undefined && topic !== undefined && (
        <IconButton icon="more" label={t('ui.more')} onPress={(event) => openMenu(event.currentTarget, menuOf(where, topic))} />
      )}
    </header>
  )
}

const PAUSE_MS = 400 // after something came, before it is counted anew

/** How many comments or answers there are, kept in step. */
function useCount(at: Place): number {
  const [count, setCount] = useState(0)
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const read = async (): Promise<void> => {
      const none = { offsetId: 0, offsetDate: 0, addOffset: 0, maxId: 0, minId: 0, hash: 0n }
      const answer = await call({ _: 'messages.getReplies', peer: inputPeer(at.chat), msgId: at.top, limit: 1, ...none })
      const found = 'count' in answer ? answer.count : messagesOf(answer).length
      setCount(found)
      const origin = messageOf(at.chat, at.top)?.forward
      if (origin != null && origin.post > 0) apply({ type: 'comments', chat: origin.from, id: origin.post, count: found })
    }
    void read().catch(() => undefined)
    const stop = watch((event) => {
      const came = (event.type === 'message' || event.type === 'sent') && event.message.chat === at.chat && event.message.id > 0
      if (!came && !(event.type === 'removed' && event.chat === at.chat)) return
      clearTimeout(timer)
      timer = setTimeout(() => void read().catch(() => undefined), PAUSE_MS)
    })
    return () => {
      clearTimeout(timer)
      stop()
    }
  }, [at.chat, at.top])
  return count
}

/** The comments on a post, or the answers to a message: how many, and on what. */
function CommentsHead({ at }: { at: Place }) {
  history(at.chat, at.top).value // drawn anew once the post is known
  const root = messageOf(at.chat, at.top)
  const count = useCount(at)
  const origin = root?.forward ?? null
  const posted = origin !== null && origin.post > 0 && peer(origin.from).value?.kind === 'channel'
  const post = (): void => (posted && origin !== null ? jump(origin.from, origin.post) : openChat(at.chat, { at: at.top }))
  return (
    <header class="conversation-head">
      <IconButton icon="back" label={t('ui.back')} class="mirrors" onPress={() => void back()} />
      <button type="button" class="conversation-who" title={t('groups.comments.post')} onClick={post}>
        <span class="topic-icon topic-general">
          <Icon name="comment" />
        </span>
        <span class="row-text">
          <h1 class="conversation-name">{t(posted ? 'groups.comments' : 'groups.replies', { n: count })}</h1>
          <span class="row-note" dir="auto">
            {root === undefined ? '' : messageText(root)}
          </span>
        </span>
      </button>
    </header>
  )
}

export function ThreadHead({ at }: { at: Place }) {
  const where = peer(at.chat).value
  return where?.forum === true ? <TopicHead at={at} /> : <CommentsHead at={at} />
}
