/** The emoji one used last, and the colour of skin one likes; kept on this device, and forgotten with the session. */

import { signal } from '@preact/signals'

import { RECENTS } from '../kept/names.ts'
import { onForget } from '../store.ts'

const STORE = 'recents'
const KEPT_MAX = 36 // four rows

export const recent = signal<readonly string[]>([])
export const tone = signal('')

function opened(): Promise<IDBDatabase> {
  return new Promise((done, fail) => {
    const asked = indexedDB.open(RECENTS, 1)
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE)
    asked.onsuccess = () => done(asked.result)
    asked.onerror = () => fail(asked.error)
  })
}

async function within(mode: IDBTransactionMode, work: (store: IDBObjectStore) => void): Promise<void> {
  const database = await opened()
  await new Promise<void>((done, fail) => {
    const change = database.transaction(STORE, mode)
    work(change.objectStore(STORE))
    change.oncomplete = () => done()
    change.onabort = () => fail(change.error)
  }).finally(() => database.close())
}

let asked = false

/** Read once what is kept. */
export function loadRecent(): void {
  if (asked) return
  asked = true
  void within('readonly', (store) => {
    const emoji = store.get('emoji')
    const liked = store.get('tone')
    emoji.onsuccess = () => {
      if (Array.isArray(emoji.result)) recent.value = emoji.result as string[]
    }
    liked.onsuccess = () => {
      if (typeof liked.result === 'string') tone.value = liked.result
    }
  }).catch(() => undefined) // a browser that keeps nothing: they last as long as the page
}

function keep(key: string, value: unknown): void {
  void within('readwrite', (store) => store.put(value, key)).catch(() => undefined)
}

export function used(emoji: string): void {
  recent.value = [emoji, ...recent.peek().filter((one) => one !== emoji)].slice(0, KEPT_MAX)
  keep('emoji', recent.peek())
}

export function likeTone(next: string): void {
  tone.value = next
  keep('tone', next)
}

onForget(() => {
  recent.value = []
  tone.value = ''
  asked = false
})
