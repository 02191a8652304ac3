/** The service worker, and newer builds: they are fetched in the background, and the person says when to switch. */

import { effect } from '@preact/signals'

import type { About } from '../engine/protocol.ts'
import { scriptUrl, SERVICE_URL } from '../link.ts'
import { SWITCH } from '../service/protocol.ts'
import { connection } from '../store.ts'
import { newer } from './newer.ts'

const LOOK_MS = 3_600_000 // between two looks for a newer build, while nothing happens
const AGAIN_MS = 30_000 // between two looks at least

function offer(waiting: ServiceWorker): void {
  newer.value = () => waiting.postMessage(SWITCH)
}

let build: string | undefined // of the server's files, when this page came

/** Where there is no service worker: ask the server which build its files are. */
async function compare(): Promise<void> {
  const said = (await (await fetch('/.well-known/chappe.json', { cache: 'no-cache' })).json()) as About
  build ??= said.build
  if (said.build !== build) newer.value = () => location.reload()
}

/** Look for a newer build now and then, and when the server was away: it may have been another since. */
function lookAgain(look: () => Promise<unknown>): void {
  let last = 0
  const now = (): void => {
    last = Date.now()
    void look().catch(() => undefined)
  }
  setInterval(now, LOOK_MS)
  let away = false
  effect(() => {
    const state = connection.value
    if (state === 'connected' && away && Date.now() - last > AGAIN_MS) now()
    away = state !== 'connected'
  })
}

/** Keep the app's files on this device, and tell of newer ones.
 *
 * They are fetched after all that the first chat needs: `shown` comes true once it is on the screen. */
export async function followBuilds(shown: Promise<void>): Promise<void> {
  if (!('serviceWorker' in navigator)) return comparing()
  const { serviceWorker } = navigator
  if ((await serviceWorker.getRegistration('/').catch(() => undefined)) === undefined) await shown
  let controlled = serviceWorker.controller !== null
  serviceWorker.addEventListener('controllerchange', () => {
    if (controlled) location.reload() // the files of another build
    controlled = true
  })
  const found = await serviceWorker.register(scriptUrl(SERVICE_URL), { scope: '/' }).catch(() => undefined)
  if (found === undefined) return comparing()
  if (found.waiting !== null) found.waiting.postMessage(SWITCH) // nothing has been done on this page yet
  found.addEventListener('updatefound', () => {
    const fresh = found.installing
    fresh?.addEventListener('statechange', () => {
      // the first one of this browser is no newer one; WebKit tells of its steps once it serves the page already
      const older = found.active !== null && found.active !== fresh
      if (fresh.state === 'installed' && older) offer(fresh)
    })
  })
  lookAgain(() => found.update())
}

async function comparing(): Promise<void> {
  await compare().catch(() => undefined)
  lookAgain(compare)
}
