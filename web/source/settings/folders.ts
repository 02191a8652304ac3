/** The folders as the server keeps them, in step with what other devices do to them. */

import { signal } from '@preact/signals'

import { call, inputPeer, onEnd } from '../api.ts'
import { peers, self, watch } from '../store.ts'
import { ALL, filterOf, type Folder, folderOf, freeId, peersIn } from './folder_rules.ts'

const UNKNOWN_MAX = 100 // asked about at once

/** In their order, all chats among them; null until they were read. */
export const folders = signal<readonly Folder[] | null>(null)

/** Read the folders, and learn of everybody in them who was never seen. */
export async function loadFolders(): Promise<void> {
  const { filters } = await call({ _: 'messages.getDialogFilters' })
  const found = filters.map((one) => folderOf(one, self.peek()))
  const named = found.flatMap(({ given }) => [...peersIn(given, self.peek())])
  const unknown = [...new Map(named.filter(([id]) => id !== 0 && !peers.peek().has(id))).values()]
  const asked = unknown.slice(0, UNKNOWN_MAX).map((peer) => ({ _: 'inputDialogPeer' as const, peer }))
  if (asked.length > 0) await call({ _: 'messages.getPeerDialogs', peers: asked }).catch(() => undefined)
  folders.value = found
}

/** Keep a folder; one without an id is made anew. */
export async function saveFolder(folder: Folder): Promise<void> {
  const before = folders.peek() ?? []
  const id = folder.id === ALL ? freeId(before) : folder.id
  const filter = filterOf({ ...folder, id }, self.peek(), inputPeer)
  await call({ _: 'messages.updateDialogFilter', id, filter })
  const kept = folderOf(filter, self.peek())
  const there = before.some((one) => one.id === id)
  folders.value = there ? before.map((one) => (one.id === id ? kept : one)) : [...before, kept]
}

export async function deleteFolder(id: number): Promise<void> {
  await call({ _: 'messages.updateDialogFilter', id })
  folders.value = (folders.peek() ?? []).filter((one) => one.id !== id)
}

/** Put the folders in another order: at once, and back if the server refuses. */
export async function orderFolders(wanted: readonly Folder[]): Promise<void> {
  const before = folders.peek()
  folders.value = wanted
  try {
    await call({ _: 'messages.updateDialogFiltersOrder', order: wanted.map(({ id }) => id) })
  } catch (error) {
    folders.value = before
    throw error
  }
}

watch((event) => {
  if (event.type === 'folders' && folders.peek() !== null) void loadFolders().catch(() => undefined)
})

onEnd(() => {
  folders.value = null
})
