/** Adding people to a group or channel. */

import { useState } from 'preact/hooks'

import type { PeerId } from '../model/types.ts'
import { back, openPanel } from '../nav.ts'
import { full } from '../people/full.ts'
import { peer } from '../store.ts'
import { PanelFrame, Row } from '../ui/kit.tsx'
import { attempt } from '../ui/refusals.ts'
import { t } from '../words.ts'
import { tellRefused } from './creating.ts'
import { PanelForm } from './fields.tsx'
import { invite, useMembers } from './members.ts'
import { PeoplePicker } from './people_picker.tsx'
import { mayLink } from './rights.ts'

export default function AddMembers({ panel }: { panel: { chat: PeerId } }) {
  const { chat } = panel
  const where = peer(chat).value
  const [people, setPeople] = useState<PeerId[]>([])
  const [busy, setBusy] = useState(false)
  const here = useHere(chat)
  const add = (): void => {
    setBusy(true)
    void attempt(async () => {
      tellRefused(await invite(chat, people))
      await back()
    }).then(() => setBusy(false))
  }
  if (where === undefined) return null
  return (
    <PanelFrame title={t('groups.add')}>
      <PanelForm button={t('groups.add.do', { n: people.length })} busy={busy} disabled={people.length === 0} onSubmit={add}>
        {mayLink(where) && (
          <Row icon="link" title={t('groups.by.link')} onPress={() => openPanel('right', { name: 'links', chat })} />
        )}
        <PeoplePicker chosen={people} onChange={setPeople} without={here} />
      </PanelForm>
    </PanelFrame>
  )
}

/** Who is in already, as far as one may know. */
function useHere(chat: PeerId): ReadonlySet<PeerId> {
  const { members } = useMembers(chat, 'all', '', full(chat).value?.seesMembers === true)
  return new Set(members.map(({ user }) => user))
}
