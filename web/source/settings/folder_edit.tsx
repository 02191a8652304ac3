/** One folder: its name, what is in it, and what is left out. */

import { useEffect, useState } from 'preact/hooks'

import { Check, PanelForm } from '../groups/fields.tsx'
import type { PeerId } from '../model/types.ts'
import { back, openPanel } from '../nav.ts'
import { peers, self } from '../store.ts'
import { nameOf } from '../ui/avatar.tsx'
import { Field, Group, PanelFrame, Row } from '../ui/kit.tsx'
import { attempt } from '../ui/refusals.ts'
import { language, t } from '../words.ts'
import { draft } from './folder_draft.ts'
import { type Flag, KINDS, namesAny, NARROWINGS, NEW } from './folder_rules.ts'
import { folders, saveFolder } from './folders.ts'
import { askToDelete } from './folders_panel.tsx'

const NAME_MAX = 12 // letters of a folder's name
const NAMED_MAX = 3 // named in a line

function lineOf(ids: readonly PeerId[]): string | undefined {
  if (ids.length === 0) return undefined
  if (ids.length > NAMED_MAX) return t('settings.folders.chats', { n: ids.length })
  const names = ids.map((id) => (id === self.value ? t('ui.saved') : nameOf(peers.value.get(id))))
  return new Intl.ListFormat(language.value, { type: 'conjunction' }).format(names)
}

/** What is in it or left out: kinds of chats, and single ones. */
function Side({ side, flags }: { side: 'included' | 'excluded'; flags: readonly Flag[] }) {
  const folder = draft.value
  const put = (flag: Flag, on: boolean): void => {
    const kept = [...folder.flags].filter((one) => one !== flag)
    draft.value = { ...folder, flags: new Set(on ? [...kept, flag] : kept) }
  }
  return (
    <Group title={t(`settings.folders.${side}`)}>
      <Row
        icon={side === 'included' ? 'plus' : 'block'}
        title={t(`settings.folders.${side}.add`)}
        note={lineOf(folder[side])}
        onPress={() => openPanel('left', { name: 'settings.folder.chats', side })}
      />
      {!folder.shared &&
        flags.map((flag) => (
          <Check
            key={flag}
            label={t(`settings.folders.${flag}`)}
            on={folder.flags.has(flag)}
            onChange={(on) => put(flag, on)}
          />
        ))}
    </Group>
  )
}

export default function FolderEdit({ panel }: { panel: { folder: number } }) {
  const known = folders.peek()?.find(({ id }) => id === panel.folder && id !== NEW.id)
  const [busy, setBusy] = useState(false)
  useEffect(() => {
    draft.value = known ?? NEW
  }, [panel])
  const folder = draft.value
  const ready = folder.name.trim() !== '' && namesAny(folder)
  const save = (): void => {
    setBusy(true)
    void attempt(async () => {
      await saveFolder({ ...folder, name: folder.name.trim() })
      await back()
    }).then(() => setBusy(false))
  }
  const remove = async (): Promise<void> => {
    if (known !== undefined && (await askToDelete(known))) await back()
  }
  return (
    <PanelFrame title={t(known === undefined ? 'settings.folders.new' : 'settings.folders.edit')}>
      <PanelForm button={t('ui.save')} busy={busy} disabled={!ready} onSubmit={save}>
        <div class="fields">
          <Field
            label={t('settings.folders.name')}
            name="name"
            value={folder.name}
            maxLength={NAME_MAX}
            autocomplete="off"
            autofocus={known === undefined}
            hint={namesAny(folder) ? undefined : t('settings.folders.empty')}
            onInput={(name) => {
              draft.value = { ...draft.peek(), name }
            }}
          />
        </div>
        <Side side="included" flags={KINDS} />
        {!folder.shared && <Side side="excluded" flags={NARROWINGS} />}
        {known !== undefined && (
          <Group>
            <Row icon="trash" title={t('settings.folders.delete')} danger onPress={() => void remove()} />
          </Group>
        )}
      </PanelForm>
    </PanelFrame>
  )
}
