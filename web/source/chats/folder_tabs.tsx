/** The folders as tabs over the list of chats. */

import { computed, signal } from '@preact/signals'
import { useEffect } from 'preact/hooks'

import { onEnd } from '../api.ts'
import { openPanel } from '../nav.ts'
import { ALL, type Folder, inFolder } from '../settings/folder_rules.ts'
import { folders, loadFolders } from '../settings/folders.ts'
import { dialogs, peers } from '../store.ts'
import { openMenu } from '../ui/overlays.tsx'
import { Tabs } from '../ui/tabs.tsx'
import { t } from '../words.ts'
import { loadChats } from './actions.ts'

export const CHATS_ID = 'chats-body' // of the element that shows what is chosen

const chosen = signal(ALL)
const now = (): number => Date.now() / 1000

/** The folder whose chats are shown; null: all chats. */
export const shownFolder = computed(() => folders.value?.find(({ id }) => id === chosen.value && id !== ALL) ?? null)

/** Whether there are any folders to choose from. */
export const haveFolders = computed(() => (folders.value?.length ?? 0) > 1)

/** How many chats of a folder have something unread. */
function unread(folder: Folder): number {
  const rows = inFolder(folder, dialogs.value, peers.value, now())
  return rows.filter((one) => (one.unread > 0 || one.marked) && one.notify.mutedUntil <= now()).length
}

export function FolderTabs() {
  useEffect(() => void loadFolders().catch(() => undefined), []) // without them all chats are shown
  const inArchive = shownFolder.value !== null
  useEffect(() => {
    if (inArchive) void loadChats(1).catch(() => undefined)
  }, [inArchive])
  if (!haveFolders.value) return null
  const tabs = (folders.value ?? []).map((folder) => {
    const count = unread(folder)
    return {
      key: folder.id,
      label: folder.id === ALL ? t('settings.folders.all') : folder.name,
      after: count > 0 ? <span class="badge">{count}</span> : undefined,
    }
  })
  return (
    <Tabs
      label={t('settings.folders')}
      tabs={tabs}
      chosen={shownFolder.value?.id ?? ALL}
      choose={(id) => {
        chosen.value = id
      }}
      controls={CHATS_ID}
      menu={(id, event) => {
        event.preventDefault()
        openMenu({ x: event.clientX, y: event.clientY }, [
          ...(id === ALL
            ? []
            : [
                {
                  icon: 'pencil' as const,
                  label: t('settings.folders.edit.do'),
                  do: () => openPanel('left', { name: 'settings.folder', folder: id }),
                },
              ]),
          { icon: 'folder', label: t('settings.folders.mine'), do: () => openPanel('left', { name: 'settings.folders' }) },
        ])
      }}
    />
  )
}

onEnd(() => {
  chosen.value = ALL
})
