/** The folders of chats: which there are, in which order. */

import { useEffect } from 'preact/hooks'

import { loadChats } from '../chats/actions.ts'
import { openPanel } from '../nav.ts'
import { dialogs, peers } from '../store.ts'
import { Button, Empty, Group, IconButton, PanelFrame, Row, Spinner } from '../ui/kit.tsx'
import { confirm, type MenuItem, openMenu } from '../ui/overlays.tsx'
import { attempt } from '../ui/refusals.ts'
import { t } from '../words.ts'
import { ALL, type Folder, inFolder, moved } from './folder_rules.ts'
import { deleteFolder, folders, loadFolders, orderFolders } from './folders.ts'

const now = (): number => Date.now() / 1000

/** Ask, and delete a folder; resolves to whether it is gone. */
export async function askToDelete(folder: Folder): Promise<boolean> {
  const title = t('settings.folders.delete.ask', { name: folder.name })
  const text = t('settings.folders.delete.text')
  const sure = await confirm({ title, text, yes: t('settings.folders.delete'), danger: true })
  return sure && attempt(() => deleteFolder(folder.id))
}

function nameOf(folder: Folder): string {
  return folder.id === ALL ? t('settings.folders.all') : folder.name
}

function menuOf(folder: Folder, all: readonly Folder[]): MenuItem[] {
  const at = all.indexOf(folder)
  const move = (by: number) => () => void attempt(() => orderFolders(moved(all, folder.id, by)))
  return [
    ...(at > 0 ? [{ icon: 'up' as const, label: t('settings.folders.up'), do: move(-1) }] : []),
    ...(at < all.length - 1 ? [{ icon: 'down' as const, label: t('settings.folders.down'), do: move(1) }] : []),
    ...(folder.id === ALL
      ? []
      : [
          {
            icon: 'trash' as const,
            label: t('settings.folders.delete'),
            danger: true,
            do: () => void askToDelete(folder),
          },
        ]),
  ]
}

function FolderRow({ folder, all }: { folder: Folder; all: readonly Folder[] }) {
  const held = inFolder(folder, dialogs.value, peers.value, now())
  const count = t('settings.folders.chats', { n: held.length })
  const note = folder.shared ? `${count} · ${t('settings.folders.shared')}` : count
  return (
    <li class="folder-row">
      <Row
        icon={folder.id === ALL ? 'comment' : 'folder'}
        title={nameOf(folder)}
        note={note}
        {...(folder.id === ALL ? {} : { onPress: () => openPanel('left', { name: 'settings.folder', folder: folder.id }) })}
      />
      {all.length > 1 && (
        <IconButton
          icon="more"
          label={t('settings.folders.options', { name: nameOf(folder) })}
          onPress={(event) => openMenu(event.currentTarget, menuOf(folder, all))}
        />
      )}
    </li>
  )
}

export default function Folders() {
  const all = folders.value
  const make = (): void => openPanel('left', { name: 'settings.folder', folder: ALL })
  useEffect(() => {
    void attempt(loadFolders)
    void loadChats(1).catch(() => undefined) // what is archived can be in a folder
  }, [])
  return (
    <PanelFrame
      title={t('settings.folders')}
      actions={<IconButton icon="plus" label={t('settings.folders.new')} onPress={make} />}
    >
      {all === null && (
        <div class="centred">
          <Spinner label={t('ui.loading')} />
        </div>
      )}
      {all !== null && all.length < 2 && (
        <>
          <Empty icon="folder" title={t('settings.folders.none')} note={t('settings.folders.hint')} />
          <div class="centred-button">
            <Button onPress={make}>{t('settings.folders.new')}</Button>
          </div>
        </>
      )}
      {all !== null && all.length > 1 && (
        <Group title={t('settings.folders.mine')} hint={t('settings.folders.hint')}>
          <ul>
            {all.map((folder) => (
              <FolderRow key={folder.id} folder={folder} all={all} />
            ))}
          </ul>
        </Group>
      )}
    </PanelFrame>
  )
}
