/** Where the engine keeps its key and its place among the updates: a database of the browser, or memory without one. */

import { IdbStorage, MemoryStorage } from '@mtcute/web'

import { ENGINE } from '../kept/names.ts'
import type { Keeping } from './protocol.ts'

export type Storage = IdbStorage | MemoryStorage

/** Return a storage that goes on in memory once the browser has no room left. `tell`: how lasting it is. */
function lasting(tell: (keeping: Keeping) => void): Storage {
  const storage = new IdbStorage(ENGINE)
  const { driver, authKeys } = storage
  const full = (error: unknown): void => {
    console.info('what the engine knows is not kept', error)
    tell('full')
  }
  const load = driver.load.bind(driver)
  driver.load = async () => {
    await load()
    driver.db = failingAloud(driver.db)
  }
  const save = driver.save.bind(driver)
  driver.save = async () => {
    await save()?.catch(full)
  }
  const set = authKeys.set.bind(authKeys)
  authKeys.set = async (dc, key) => {
    await set(dc, key).catch(full)
  }
  return storage
}

/** Return a database whose changes say so when they are given up: for want of room that is no error of any request. */
function failingAloud(database: IDBDatabase): IDBDatabase {
  const begin = database.transaction.bind(database)
  database.transaction = (...what: Parameters<typeof begin>) => {
    const change = begin(...what)
    change.addEventListener('abort', (event) => change.onerror?.(event))
    return change
  }
  return database
}

/** Return the storage of the engine's choice here. `tell`: how lasting it is, where it is not as it should be. */
export async function storageOf(tell: (keeping: Keeping) => void): Promise<Storage> {
  if (await opens(ENGINE)) return lasting(tell)
  tell('refused')
  return new MemoryStorage() // it ends with the worker
}

/** Say whether the browser gives us a database at all; none is made by asking. */
function opens(name: string): Promise<boolean> {
  return new Promise((answer) => {
    try {
      const asked = indexedDB.open(name)
      asked.onupgradeneeded = () => {
        asked.transaction?.abort()
        answer(true)
      }
      asked.onsuccess = () => {
        asked.result.close()
        answer(true)
      }
      asked.onerror = (event) => {
        event.preventDefault()
        answer(false)
      }
    } catch {
      answer(false)
    }
  })
}
