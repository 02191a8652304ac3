/** The group in which a channel's posts are discussed, and the channel that is discussed in a group. */

import { useEffect, useState } from 'preact/hooks'

import type { PeerId } from '../model/types.ts'
import { openChat } from '../nav.ts'
import { useAbout } from '../people/full.ts'
import { known, peer, peers } from '../store.ts'
import { Avatar, nameOf } from '../ui/avatar.tsx'
import { Empty, Group, PanelFrame, Row } from '../ui/kit.tsx'
import { confirm } from '../ui/overlays.tsx'
import { attempt } from '../ui/refusals.ts'
import { statusOf } from '../ui/status.ts'
import { t } from '../words.ts'
import { groupsForDiscussion, leaveDiscussion, setDiscussion, toSupergroup, turn } from './editing.ts'
import { loadFull, full } from '../people/full.ts'
import { named } from '../people/naming.ts'

/** Make a group the discussion; it must be a supergroup whose history newcomers see. */
async function link(channel: PeerId, group: PeerId): Promise<void> {
  const large = known(group).kind === 'group' ? await toSupergroup(group) : group
  await loadFull(large)
  if (full(large).peek()?.historyHidden === true) await turn(large, 'historyHidden', false)
  await setDiscussion(channel, large)
}

function Candidates({ channel }: { channel: PeerId }) {
  const [groups, setGroups] = useState<readonly PeerId[] | null>(null)
  useEffect(() => void attempt(async () => setGroups(await groupsForDiscussion())), [channel])
  const ask = async (group: PeerId): Promise<void> => {
    const name = named(peers.peek().get(group))
    const sure = await confirm({ title: t('groups.discussion.ask', { name }), text: t('groups.discussion.ask.note'), yes: t('groups.discussion.link') })
    if (sure) void attempt(() => link(channel, group))
  }
  if (groups === null) return null
  if (groups.length === 0) return <Empty icon="comment" title={t('groups.discussion.none')} note={t('groups.discussion.none.note')} />
  return (
    <Group title={t('groups.discussion.choose')}>
      {groups.map((id) => {
        const group = peers.value.get(id)
        return <Row key={id} before={<Avatar peer={group} size={42} />} title={nameOf(group)} note={statusOf(group)} onPress={() => void ask(id)} />
      })}
    </Group>
  )
}

export default function Discussion({ panel }: { panel: { chat: PeerId } }) {
  const { chat } = panel
  const where = peer(chat).value
  const about = useAbout(chat)
  const other = peer(about?.linked ?? 0).value
  const channel = where?.kind === 'channel'
  const part = async (): Promise<void> => {
    const sure = await confirm({ title: t('groups.discussion.part.ask'), yes: t('groups.discussion.part'), danger: true })
    if (sure) void attempt(() => (channel ? setDiscussion(chat, 0) : leaveDiscussion(chat)))
  }
  return (
    <PanelFrame title={t(channel ? 'groups.discussion' : 'groups.discussed')}>
      <p class="hint panel-note">{t(channel ? 'groups.discussion.note' : 'groups.discussed.note')}</p>
      {other !== undefined && (
        <Group>
          <Row before={<Avatar peer={other} size={42} />} title={nameOf(other)} note={statusOf(other)} onPress={() => openChat(other.id)} />
          <Row icon="close" danger title={t('groups.discussion.part')} onPress={() => void part()} />
        </Group>
      )}
      {channel && about !== null && about.linked === 0 && <Candidates channel={chat} />}
    </PanelFrame>
  )
}
