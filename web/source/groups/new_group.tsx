/** A new group: who is in it, then its name and photo. */

import { useState } from 'preact/hooks'

import type { PeerId } from '../model/types.ts'
import { back, step } from '../nav.ts'
import { Field, PanelFrame } from '../ui/kit.tsx'
import { attempt } from '../ui/refusals.ts'
import { t } from '../words.ts'
import { makeGroup } from './creating.ts'
import { PanelForm } from './fields.tsx'
import { TITLE_MAX } from './limits.ts'
import { PeoplePicker } from './people_picker.tsx'
import { PhotoField } from './photo_field.tsx'

export default function NewGroup() {
  const [naming, setNaming] = useState(false)
  const [people, setPeople] = useState<PeerId[]>([])
  const [title, setTitle] = useState('')
  const [photo, setPhoto] = useState<Blob | null>(null)
  const [busy, setBusy] = useState(false)
  const next = (): void => {
    step(() => setNaming(false))
    setNaming(true)
  }
  const make = (): void => {
    setBusy(true)
    void attempt(async () => {
      await back() // from the second page to the first, so that the panel is one step
      await makeGroup(title.trim(), people, photo)
    }).then(() => setBusy(false))
  }
  if (!naming) {
    return (
      <PanelFrame title={t('groups.new.members')}>
        <PanelForm button={people.length === 0 ? t('groups.next.alone') : t('groups.next')} onSubmit={next}>
          <PeoplePicker chosen={people} onChange={setPeople} />
        </PanelForm>
      </PanelFrame>
    )
  }
  return (
    <PanelFrame title={t('chats.new.group')}>
      <PanelForm button={t('groups.create')} busy={busy} disabled={title.trim() === ''} onSubmit={make}>
        <PhotoField chosen={photo} onChoose={setPhoto} />
        <div class="fields">
          <Field label={t('groups.title')} name="title" autofocus maxLength={TITLE_MAX} value={title} onInput={setTitle} />
          <p class="hint">{t('groups.new.note', { n: people.length + 1 })}</p>
        </div>
      </PanelForm>
    </PanelFrame>
  )
}
