/** One store of one database of the browser: opened for each change, so that nothing keeps it from being deleted. */

/** Do something to a store; rejects where the browser refuses databases, or has no room left. */
export async function within<T>(
  { name, store }: { name: string; store: string },
  mode: IDBTransactionMode,
  work: (store: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  const database = await opened(name, store)
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

function opened(name: string, store: string): Promise<IDBDatabase> {
  return new Promise((done, fail) => {
    const asked = indexedDB.open(name, 1)
    asked.onupgradeneeded = () => asked.result.createObjectStore(store)
    asked.onsuccess = () => done(asked.result)
    asked.onerror = () => fail(asked.error)
  })
}
