/** One store of one database of the browser: opened for each change, so that nothing keeps it from being deleted. */

import type { Kept } from './names.ts'

/** Read from a store; undefined where there is none, and none is made. Rejects where the browser refuses databases. */
export async function reading<T>(kept: Kept, work: (store: IDBObjectStore) => IDBRequest<T>): Promise<T | undefined> {
  const database = await opened(kept, false)
  return database === null ? undefined : within(database, kept, 'readonly', work)
}

/** Change a store; rejects where the browser refuses databases, or has no room left. */
export async function changing<T>(kept: Kept, work: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  return within((await opened(kept, true)) as IDBDatabase, kept, 'readwrite', work)
}

async function within<T>(
  database: IDBDatabase,
  { store }: Kept,
  mode: IDBTransactionMode,
  work: (store: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  try {
    return await new Promise((done, fail) => {
      const change = database.transaction(store, mode)
      const asked = work(change.objectStore(store))
      change.oncomplete = () => done(asked.result)
      change.onabort = () => fail(change.error)
    })
  } finally {
    database.close()
  }
}

/** Open a database; null where it does not exist, unless it may be made. */
function opened({ name, store, keyPath }: Kept, make: boolean): Promise<IDBDatabase | null> {
  return new Promise((done, fail) => {
    let absent = false
    const asked = indexedDB.open(name, 1)
    asked.onupgradeneeded = () => {
      absent = !make
      if (absent) asked.transaction?.abort()
      else asked.result.createObjectStore(store, keyPath === undefined ? {} : { keyPath })
    }
    asked.onsuccess = () => done(asked.result)
    asked.onerror = (event) => {
      event.preventDefault()
      if (absent) done(null)
      else fail(asked.error)
    }
  })
}
