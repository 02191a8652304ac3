/** A contact's name and a note, as only I see them. */

import { useState } from 'preact/hooks'

import { Area, PanelForm } from '../groups/fields.tsx'
import type { PeerId } from '../model/types.ts'
import { back } from '../nav.ts'
import { peer } from '../store.ts'
import { Avatar } from '../ui/avatar.tsx'
import { Field, Group, PanelFrame, Row, Switch } from '../ui/kit.tsx'
import { confirm } from '../ui/overlays.tsx'
import { attempt } from '../ui/refusals.ts'
import { t } from '../words.ts'
import { drop, keep } from './contacts.ts'
import { full } from './full.ts'
import { named } from './naming.ts'

const NOTE_MAX = 128 // characters

export default function EditContact({ panel }: { panel: { user: PeerId } }) {
  const { user } = panel
  const who = peer(user).value
  const [first, setFirst] = useState(who?.first ?? '')
  const [last, setLast] = useState(who?.last ?? '')
  const [note, setNote] = useState(full(user).peek()?.note ?? '')
  const [share, setShare] = useState(false)
  const [busy, setBusy] = useState(false)
  const known = who?.contact === true
  const save = (): void => {
    setBusy(true)
    void attempt(async () => {
      await keep(user, { first: first.trim(), last: last.trim(), note: note.trim(), share })
      await back()
    }).then(() => setBusy(false))
  }
  const remove = async (): Promise<void> => {
    const name = named(who)
    const sure = await confirm({ title: t('people.remove.ask', { name }), yes: t('people.remove'), danger: true })
    if (sure && (await attempt(() => drop(user)))) await back()
  }
  return (
    <PanelFrame title={t(known ? 'people.edit' : 'people.add')}>
      <PanelForm button={t('ui.save')} busy={busy} disabled={first.trim() === ''} onSubmit={save}>
        <div class="profile-face">
          <Avatar peer={who} size={96} />
        </div>
        <div class="fields">
          <Field label={t('people.first')} name="first" autofocus maxLength={64} value={first} onInput={setFirst} />
          <Field label={t('people.last')} name="last" maxLength={64} value={last} onInput={setLast} />
          <Area label={t('people.note')} hint={t('people.note.hint')} value={note} max={NOTE_MAX} rows={2} onInput={setNote} />
        </div>
        {!known && (
          <Switch label={t('people.share')} hint={t('people.share.note', { name: named(who) })} on={share} onChange={setShare} />
        )}
        {known && (
          <Group>
            <Row icon="trash" danger title={t('people.remove')} onPress={() => void remove()} />
          </Group>
        )}
      </PanelForm>
    </PanelFrame>
  )
}
