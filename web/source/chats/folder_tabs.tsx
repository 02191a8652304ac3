/** The folders as tabs over the list of chats. */

import { computed, signal } from '@preact/signals'
import { useEffect } from 'preact/hooks'

import { onEnd } from '../api.ts'
import { openPanel } from '../nav.ts'
import { ALL, type Folder, inFolder } from '../settings/folder_rules.ts'
import { folders, loadFolders } from '../settings/folders.ts'
import { dialogs, peers } from '../store.ts'
import { openMenu, type MenuItem } from '../ui/overlays.tsx'
import { attempt } from '../ui/refusals.ts'
import { Tabs } from '../ui/tabs.tsx'
import { t } from '../words.ts'
import { loadAllChats, readAll } from './actions.ts'
import { unreadIn } from './order.ts'

export const CHATS_ID = 'chats-body' // of the element that shows what is chosen

const chosen = signal(ALL)
const now = (): number => Date.now() / 1000

/** The folder whose chats are shown; null: all chats. */
export const shownFolder = computed(() => folders.value?.find(({ id }) => id === chosen.value && id !== ALL) ?? null)

/** Whether there are any folders to choose from. */
export const haveFolders = computed(() => (folders.value?.length ?? 0) > 1)

/** How many chats of a folder have something unread. */
function Count({ folder }: { folder: Folder }) {
  const rows = inFolder(folder, dialogs.value, peers.value, now())
  const { chats, loud } = unreadIn(rows, now())
  if (chats === 0) return null
  return (
    <span class={loud ? 'badge' : 'badge badge-muted'} role="img" aria-label={t('chats.folder.unread', { n: chats })}>
      {chats}
    </span>
  )
}

function menuOf(id: number): MenuItem[] {
  const folder = folders.peek()?.find((one) => one.id === id)
  const rows = folder === undefined ? [] : inFolder(folder, dialogs.peek(), peers.peek(), now())
  const unread = rows.filter((one) => one.unread > 0 || one.marked)
  const items: MenuItem[] = []
  if (unread.length > 0) {
    const read = async (): Promise<void> => {
      for (const one of unread) await readAll(one)
    }
    items.push({ icon: 'checks', label: t('chats.folder.read'), do: () => void attempt(read) })
  }
  if (id !== ALL) {
    const edit = (): void => openPanel('left', { name: 'settings.folder', folder: id })
    items.push({ icon: 'pencil', label: t('settings.folders.edit.do'), do: edit })
  }
  items.push({ icon: 'folder', label: t('settings.folders.mine'), do: () => openPanel('left', { name: 'settings.folders' }) })
  return items
}

export function FolderTabs() {
  useEffect(() => void loadFolders().catch(() => undefined), []) // without them all chats are shown
  const some = haveFolders.value
  useEffect(() => {
    if (some) void loadAllChats().catch(() => undefined) // folders hold chats of any age, and archived ones
  }, [some])
  if (!some) return null
  const tabs = (folders.value ?? []).map((folder) => {
    const label = folder.id === ALL ? t('settings.folders.all') : <bdi>{folder.name}</bdi>
    return { key: folder.id, label, after: <Count folder={folder} /> }
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
        openMenu({ x: event.clientX, y: event.clientY }, menuOf(id))
      }}
    />
  )
}

onEnd(() => {
  chosen.value = ALL
})
