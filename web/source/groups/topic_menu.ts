/** What may be done to a topic. */

import { GENERAL, type Peer, type Topic } from '../model/types.ts'
import { closeChat, openPanel, place } from '../nav.ts'
import { isolated } from '../ui/bidi.ts'
import { confirm, type MenuItem } from '../ui/overlays.tsx'
import { attempt } from '../ui/refusals.ts'
import { t } from '../words.ts'
import { hasRight } from './rights.ts'
import { closeTopic, deleteTopic, hideGeneral, muteTopic, pinTopic } from './topics.ts'

const FOR_EVER = 2_147_483_647 // seconds of Unix time
const now = (): number => Date.now() / 1000

async function askToDelete(topic: Topic): Promise<void> {
  const sure = await confirm({ title: t('groups.topic.delete.ask', { name: isolated(topic.title) }), text: t('groups.topic.delete.note'), yes: t('groups.topic.delete'), danger: true })
  if (!sure) return
  if (place.peek()?.chat === topic.chat && place.peek()?.top === topic.id) closeChat()
  void attempt(() => deleteTopic(topic.chat, topic.id))
}

/** What may be done to a topic, by my rights and whether I began it. */
export function menuOf(where: Peer, topic: Topic): MenuItem[] {
  const { chat, id } = topic
  const manages = hasRight(where, 'manageTopics')
  const edits = manages || (topic.mine && id !== GENERAL)
  const muted = topic.notify.mutedUntil > now()
  const run = (what: () => Promise<unknown>) => () => void attempt(what)
  const items: MenuItem[] = [
    { icon: muted ? 'bell' : 'muted', label: t(muted ? 'chats.unmute' : 'chats.mute'), do: run(() => muteTopic(chat, id, muted ? 0 : FOR_EVER)) },
  ]
  if (manages) {
    const label = t(topic.pinned ? 'chats.unpin' : 'chats.pin')
    items.push({ icon: topic.pinned ? 'unpin' : 'pin', label, do: run(() => pinTopic(chat, id, !topic.pinned)) })
  }
  if (edits) {
    items.push({ icon: 'pencil', label: t('groups.topic.edit'), do: () => openPanel('left', { name: 'topic.edit', chat, topic: id }) })
    const label = t(topic.closed ? 'groups.topic.reopen' : 'groups.topic.close')
    items.push({ icon: topic.closed ? 'check' : 'lock', label, do: run(() => closeTopic(chat, id, !topic.closed)) })
  }
  if (manages && id === GENERAL) {
    items.push({ icon: 'eye', label: t(topic.hidden ? 'groups.topic.show' : 'groups.topic.hide'), do: run(() => hideGeneral(chat, !topic.hidden)) })
  }
  if (id !== GENERAL && hasRight(where, 'deleteMessages')) {
    items.push({ icon: 'trash', label: t('groups.topic.delete'), danger: true, do: () => void askToDelete(topic) })
  }
  return items
}
