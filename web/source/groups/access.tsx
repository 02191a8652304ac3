/** Whether everybody finds a group or channel under a name, or only who has a link. */

import { useState } from 'preact/hooks'

import type { PeerId } from '../model/types.ts'
import { back, openPanel } from '../nav.ts'
import { useAbout } from '../people/full.ts'
import { peer } from '../store.ts'
import { Group, PanelFrame, Row } from '../ui/kit.tsx'
import { attempt } from '../ui/refusals.ts'
import { t } from '../words.ts'
import { setName } from './editing.ts'
import { Choices, PanelForm } from './fields.tsx'
import { NameField, useName } from './name_field.tsx'

export default function Access({ panel }: { panel: { chat: PeerId } }) {
  const { chat } = panel
  const where = peer(chat).value
  useAbout(chat)
  const own = where?.username ?? ''
  const [open, setOpen] = useState(own !== '')
  const [name, setText] = useState(own)
  const [busy, setBusy] = useState(false)
  const state = useName(chat, open ? name : '', own)
  const wanted = open ? name : ''
  const ready = wanted !== own && (!open || state.is === 'free')
  const save = (): void => {
    setBusy(true)
    void attempt(async () => {
      await setName(chat, wanted)
      await back()
    }).then(() => setBusy(false))
  }
  return (
    <PanelFrame title={t('groups.access')}>
      <PanelForm button={t('ui.save')} busy={busy} disabled={!ready} onSubmit={save}>
        <Choices
          title={t('groups.access')}
          chosen={open ? 1 : 0}
          choices={[
            { value: 0, label: t('groups.private'), note: t('groups.private.note') },
            { value: 1, label: t('groups.public'), note: t('groups.public.note') },
          ]}
          onChange={(value) => setOpen(value === 1)}
        />
        {open && <NameField value={name} state={state} onInput={setText} />}
        <Group>
          <Row icon="link" title={t('groups.links')} onPress={() => openPanel('right', { name: 'links', chat })} />
        </Group>
      </PanelForm>
    </PanelFrame>
  )
}
