/** The groups that somebody and I are both in. */

import { useEffect, useState } from 'preact/hooks'

import { call, inputUser } from '../api.ts'
import type { PeerId } from '../model/types.ts'
import { openChat } from '../nav.ts'
import { peers } from '../store.ts'
import { chat as peerOf } from '../translate/peers.ts'
import { Avatar, nameOf } from '../ui/avatar.tsx'
import { Empty, PanelFrame, Row, Spinner } from '../ui/kit.tsx'
import { attempt } from '../ui/refusals.ts'
import { statusOf } from '../ui/status.ts'
import { t } from '../words.ts'

const PAGE = 100 // groups asked for

export default function Common({ panel }: { panel: { user: PeerId } }) {
  const [groups, setGroups] = useState<readonly PeerId[] | null>(null)
  useEffect(() => {
    void attempt(async () => {
      const answer = await call({ _: 'messages.getCommonChats', userId: inputUser(panel.user), maxId: 0, limit: PAGE })
      setGroups(answer.chats.map((one) => peerOf(one).id))
    })
  }, [panel.user])
  return (
    <PanelFrame title={t('people.common')}>
      {groups === null && (
        <div class="centred">
          <Spinner label={t('ui.loading')} />
        </div>
      )}
      {groups?.length === 0 && <Empty icon="people" title={t('people.common.none')} />}
      <ul class="people">
        {groups?.map((id) => {
          const group = peers.value.get(id)
          return (
            <li key={id}>
              <Row before={<Avatar peer={group} size={42} />} title={nameOf(group)} note={statusOf(group)} onPress={() => openChat(id)} />
            </li>
          )
        })}
      </ul>
    </PanelFrame>
  )
}
