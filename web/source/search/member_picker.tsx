/** Choosing a member of a group, to see what they wrote. */

import { useEffect, useState } from 'preact/hooks'

import { call, inputChannel } from '../api.ts'
import type { Peer, PeerId } from '../model/types.ts'
import { full, loadFull } from '../people/full.ts'
import { peer, self } from '../store.ts'
import { Avatar, nameOf } from '../ui/avatar.tsx'
import { Empty, Field, IconButton, Row } from '../ui/kit.tsx'
import { showModal } from '../ui/overlays.tsx'
import { attempt } from '../ui/refusals.ts'
import { statusOf } from '../ui/status.ts'
import { t } from '../words.ts'
import { moveThrough } from './moving.ts'

const PAUSE_MS = 250 // of typing before the server is asked
const SHOWN_MAX = 60 // members

async function membersOf(where: Peer, query: string): Promise<PeerId[]> {
  if (where.kind === 'group') {
    if (full(where.id).peek() === null) await loadFull(where.id)
    const members = full(where.id).peek()?.members ?? []
    return members.map(({ user }) => user).filter((id) => fits(peer(id).peek(), query))
  }
  const filter = query === '' ? { _: 'channelParticipantsRecent' as const } : { _: 'channelParticipantsSearch' as const, q: query }
  const asked = { channel: inputChannel(where.id), filter, offset: 0, limit: SHOWN_MAX, hash: 0n }
  const answer = await call({ _: 'channels.getParticipants', ...asked })
  if (answer._ !== 'channels.channelParticipants') return []
  return answer.participants.flatMap((one) => ('userId' in one ? [one.userId] : []))
}

function fits(one: Peer | undefined, query: string): boolean {
  const wanted = query.toLocaleLowerCase()
  return `${one?.name} ${one?.username}`.toLocaleLowerCase().includes(wanted)
}

function Picker({ where, chosen, close }: { where: Peer; chosen: (who: PeerId) => void; close: () => void }) {
  const [query, setQuery] = useState('')
  const [found, setFound] = useState<readonly PeerId[]>([])
  useEffect(() => {
    const timer = setTimeout(
      () => void attempt(async () => setFound(await membersOf(where, query.trim()))),
      query === '' ? 0 : PAUSE_MS,
    )
    return () => clearTimeout(timer)
  }, [query])
  const mine = query === '' ? [self.value, ...found.filter((id) => id !== self.value)] : found
  return (
    <div class="picker" onKeyDown={(event) => moveThrough(event, () => document.querySelector('dialog .field input'))}>
      <header class="picker-head">
        <h2>{t('search.from')}</h2>
        <IconButton icon="close" label={t('ui.close')} onPress={close} />
      </header>
      <Field label={t('chats.search')} name="member" type="search" autofocus onInput={setQuery} />
      <div class="picker-list">
        {mine.map((id) => (
          <Row
            key={id}
            before={<Avatar peer={peer(id).value} size={40} />}
            title={nameOf(peer(id).value)}
            note={statusOf(peer(id).value)}
            onPress={() => {
              close()
              chosen(id)
            }}
          />
        ))}
        {mine.length === 0 && <Empty icon="person" title={t('search.nothing')} />}
      </div>
    </div>
  )
}

export function pickMember(where: Peer, chosen: (who: PeerId) => void): void {
  showModal((close) => <Picker where={where} chosen={chosen} close={close} />, 'modal-picker')
}
