/** The service worker, and newer builds: they are fetched in the background, and the person says when to switch. */

import { scriptUrl, SERVICE_URL } from '../link.ts'
import { SWITCH } from '../service/protocol.ts'
import { say } from '../ui/overlays.tsx'
import { t } from '../words.ts'

const LOOK_MS = 3_600_000 // between two looks for a newer build

function offer(waiting: ServiceWorker): void {
  say(t('ui.newer'), { label: t('ui.newer.switch'), do: () => waiting.postMessage(SWITCH) })
}

/** Keep the app's files on this device, and tell of newer ones.
 *
 * They are fetched after all that the first chat needs: `shown` comes true once it is on the screen. */
export async function followBuilds(shown: Promise<void>): Promise<void> {
  if (!('serviceWorker' in navigator)) return
  const { serviceWorker } = navigator
  if ((await serviceWorker.getRegistration('/').catch(() => undefined)) === undefined) await shown
  let controlled = serviceWorker.controller !== null
  serviceWorker.addEventListener('controllerchange', () => {
    if (controlled) location.reload() // the files of another build
    controlled = true
  })
  const found = await serviceWorker.register(scriptUrl(SERVICE_URL), { scope: '/' }).catch(() => undefined)
  if (found === undefined) return
  if (found.waiting !== null) found.waiting.postMessage(SWITCH) // nothing has been done on this page yet
  found.addEventListener('updatefound', () => {
    const fresh = found.installing
    fresh?.addEventListener('statechange', () => {
      if (fresh.state === 'installed' && serviceWorker.controller !== null) offer(fresh)
    })
  })
  setInterval(() => void found.update().catch(() => undefined), LOOK_MS)
}
