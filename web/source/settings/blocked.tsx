/** Whom I have blocked: they cannot write to me, nor see when I am here. */

import { useEffect, useState } from 'preact/hooks'

import { call } from '../api.ts'
import { pickChat } from '../chats/picker.tsx'
import type { PeerId } from '../model/types.ts'
import { setBlocked } from '../people/contacts.ts'
import { peers, watch } from '../store.ts'
import { peerId } from '../translate/peers.ts'
import { Avatar, nameOf } from '../ui/avatar.tsx'
import { Button, Empty, Group, IconButton, PanelFrame, Row, Spinner } from '../ui/kit.tsx'
import { say } from '../ui/overlays.tsx'
import { attempt } from '../ui/refusals.ts'
import { t } from '../words.ts'

const PAGE = 100 // asked for at once

export default function Blocked() {
  const [people, setPeople] = useState<readonly PeerId[] | null>(null)
  const [count, setCount] = useState(0)
  const load = async (offset: number): Promise<void> => {
    const answer = await call({ _: 'contacts.getBlocked', offset, limit: PAGE })
    const found = answer.blocked.map((one) => peerId(one.peerId))
    setCount(answer._ === 'contacts.blockedSlice' ? answer.count : found.length)
    setPeople((before) => [...new Set([...(offset === 0 ? [] : (before ?? [])), ...found])])
  }
  useEffect(() => {
    void attempt(() => load(0))
    return watch(({ type }) => {
      if (type === 'blocked') void attempt(() => load(0))
    })
  }, [])
  const add = (): void =>
    pickChat(
      t('settings.blocked.add'),
      (user) => void attempt(() => setBlocked(user, true)),
      (one) => one.kind === 'user' && one.self !== true && one.support !== true && people?.includes(one.id) !== true,
    )
  const release = (user: PeerId): void =>
    void attempt(async () => {
      await setBlocked(user, false)
      say(t('settings.blocked.released', { name: nameOf(peers.peek().get(user)) }))
    })
  return (
    <PanelFrame
      title={t('settings.blocked')}
      actions={<IconButton icon="addPerson" label={t('settings.blocked.add')} onPress={add} />}
    >
      {people === null && (
        <div class="centred">
          <Spinner label={t('ui.loading')} />
        </div>
      )}
      {people?.length === 0 && (
        <Empty icon="block" title={t('settings.blocked.empty')} note={t('settings.blocked.hint')} />
      )}
      {people !== null && people.length > 0 && (
        <Group hint={t('settings.blocked.hint')}>
          {people.map((user) => {
            const who = peers.value.get(user)
            return (
              <Row
                key={user}
                before={<Avatar peer={who} size={42} />}
                title={nameOf(who)}
                note={who?.username ? `@${who.username}` : undefined}
                after={
                  <Button kind="plain" onPress={() => release(user)}>
                    {t('people.unblock')}
                  </Button>
                }
              />
            )
          })}
          {people.length < count && (
            <div class="fields">
              <Button kind="plain" onPress={() => void attempt(() => load(people.length))}>
                {t('settings.more')}
              </Button>
            </div>
          )}
        </Group>
      )}
    </PanelFrame>
  )
}
