/** A new channel or supergroup: what it is, then whether everybody finds it, then who is in it. */

import { useState } from 'preact/hooks'

import type { PeerId } from '../model/types.ts'
import { back, step } from '../nav.ts'
import { Field, PanelFrame, Switch } from '../ui/kit.tsx'
import { attempt } from '../ui/refusals.ts'
import { t } from '../words.ts'
import { finish, makeChannel, tellRefused } from './creating.ts'
import { setName } from './editing.ts'
import { Area, Choices, PanelForm } from './fields.tsx'
import { ABOUT_MAX, TITLE_MAX } from './limits.ts'
import { invite } from './members.ts'
import { NameField, useName } from './name_field.tsx'
import { PeoplePicker } from './people_picker.tsx'
import { PhotoField } from './photo_field.tsx'

type Kind = 'channel' | 'supergroup'

/** The second page: public under a name, or private. */
function useAccess(): { open: boolean; name: string; ready: boolean; draw: () => preact.JSX.Element } {
  const [open, setOpen] = useState(false)
  const [name, setName] = useState('')
  const state = useName(null, open ? name : '', '')
  const draw = () => (
    <>
      <Choices
        title={t('groups.access')}
        chosen={open ? 1 : 0}
        choices={[
          { value: 0, label: t('groups.private'), note: t('groups.private.note') },
          { value: 1, label: t('groups.public'), note: t('groups.public.note') },
        ]}
        onChange={(value) => setOpen(value === 1)}
      />
      {open && <NameField value={name} state={state} onInput={setName} />}
    </>
  )
  return { open, name, ready: !open || state.is === 'free', draw }
}

const TITLES = { what: 'chats.new.channel', access: 'groups.access', people: 'groups.new.members' } as const

export default function NewChannel() {
  const [page, setPage] = useState<'what' | 'access' | 'people'>('what')
  const [kind, setKind] = useState<Kind>('channel')
  const [forum, setForum] = useState(false)
  const [title, setTitle] = useState('')
  const [about, setAbout] = useState('')
  const [photo, setPhoto] = useState<Blob | null>(null)
  const [people, setPeople] = useState<PeerId[]>([])
  const [busy, setBusy] = useState(false)
  const access = useAccess()
  const go = (to: 'access' | 'people'): void => {
    step(() => setPage(page))
    setPage(to)
  }
  const make = async (): Promise<void> => {
    const chat = await makeChannel({ title: title.trim(), about: about.trim(), kind, photo, forum })
    if (access.open) await attempt(() => setName(chat, access.name))
    if (people.length > 0) await attempt(async () => tellRefused(await invite(chat, people)))
    await back()
    await back() // from the third page to the first, so that the panel is one step
    await finish(chat, photo)
  }
  const next = (): void => {
    if (page === 'what') go('access')
    else if (page === 'access') go('people')
    else {
      setBusy(true)
      void attempt(make).then(() => setBusy(false))
    }
  }
  const ready = page === 'what' ? title.trim() !== '' : page === 'access' ? access.ready : true
  return (
    <PanelFrame title={t(TITLES[page])}>
      <PanelForm button={t(page === 'people' ? 'groups.create' : 'groups.next')} busy={busy} disabled={!ready} onSubmit={next}>
        {page === 'what' && (
          <>
            <PhotoField chosen={photo} onChoose={setPhoto} />
            <div class="fields">
              <Field label={t('groups.title')} name="title" autofocus maxLength={TITLE_MAX} value={title} onInput={setTitle} />
              <Area label={t('groups.about')} value={about} max={ABOUT_MAX} onInput={setAbout} />
            </div>
            <Choices
              title={t('groups.kind')}
              chosen={kind}
              choices={[
                { value: 'channel', label: t('groups.kind.channel'), note: t('groups.kind.channel.note') },
                { value: 'supergroup', label: t('groups.kind.supergroup'), note: t('groups.kind.supergroup.note') },
              ]}
              onChange={setKind}
            />
            {kind === 'supergroup' && (
              <Switch label={t('groups.topics')} hint={t('groups.topics.note')} on={forum} onChange={setForum} />
            )}
          </>
        )}
        {page === 'access' && access.draw()}
        {page === 'people' && <PeoplePicker chosen={people} onChange={setPeople} />}
      </PanelForm>
    </PanelFrame>
  )
}
