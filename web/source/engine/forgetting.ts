/** The end of a session: all that this browser kept of it goes, and every tab is told, whichever worker it has. */

import { ALL } from '../kept/names.ts'

const CHANNEL = 'chappe-session'

/** Where workers of one browser tell each other that the session has ended. */
export class Ending {
  private readonly channel = new BroadcastChannel(CHANNEL)

  /** `hear` is told why it ended, by another worker: one of another build, or where each tab has its own. */
  constructor(hear: (why: string) => void) {
    this.channel.onmessage = ({ data }: MessageEvent<string>) => hear(data)
  }

  tell(why: string): void {
    this.channel.postMessage(why)
  }
}

/** Delete all that was kept of a session. What another tab still has open goes once that is told of the end. */
export async function forgetKept(): Promise<void> {
  await Promise.all(ALL.map(deleted))
  try {
    for (const name of await caches.keys()) {
      if (name.startsWith('chat')) await caches.delete(name)
    }
  } catch {
    // neither does it keep this
  }
}

/** Delete a database; resolves at once where a tab still has it open, and leaves it to the browser to go on. */
function deleted(name: string): Promise<void> {
  return new Promise((done) => {
    try {
      const asked = indexedDB.deleteDatabase(name)
      asked.onsuccess = asked.onerror = asked.onblocked = () => done()
    } catch {
      done() // a browser that refuses databases keeps none
    }
  })
}
