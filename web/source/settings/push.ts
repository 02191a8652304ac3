/** Push messages to this browser while no page is open: subscribing with its maker's service, and telling our server. */

import { call } from '../api.ts'
import { choice, choose, unchoose } from '../kept/device.ts'
import { fromBase64url } from '../model/bytes.ts'
import { SAID, type PushWords } from '../service/protocol.ts'
import { about } from '../store.ts'
import { t } from '../words.ts'

const WEB_PUSH = 10 // the kind of token, https://core.telegram.org/method/account.registerDevice
const CHOICE = 'notifications' // in localStorage: whether this device wants them

/** Say whether this browser can be told anything at all. */
export function canNotify(): boolean {
  return typeof Notification !== 'undefined'
}

export function wantsNotifications(): boolean {
  return canNotify() && Notification.permission === 'granted' && choice(CHOICE) === 'on'
}

/** Leave the words of notifications where the service worker finds them. */
async function leaveWords(): Promise<void> {
  const said: PushWords = {
    title: about.peek()?.name ?? 'Chappe',
    message: t('settings.push.message'),
    mention: t('settings.push.mention'),
    reaction: t('settings.push.reaction'),
  }
  const cache = await caches.open(SAID)
  await cache.put('/words', new Response(JSON.stringify(said)))
}

async function registration(): Promise<ServiceWorkerRegistration | undefined> {
  return 'serviceWorker' in navigator ? navigator.serviceWorker.getRegistration('/') : undefined
}

/** Subscribe this browser where both it and the server can; without, notifications come while a page is open. */
export async function subscribe(): Promise<void> {
  const key = about.peek()?.push
  const manager = (await registration())?.pushManager
  if (key == null || manager === undefined) return
  await leaveWords()
  const known = await manager.getSubscription()
  const subscription =
    known ?? (await manager.subscribe({ userVisibleOnly: true, applicationServerKey: fromBase64url(key) }))
  await call({
    _: 'account.registerDevice',
    tokenType: WEB_PUSH,
    token: JSON.stringify(subscription.toJSON()),
    appSandbox: false,
    secret: new Uint8Array(),
    otherUids: [],
  })
}

async function unsubscribe(): Promise<void> {
  const subscription = await (await registration())?.pushManager?.getSubscription()
  if (subscription == null) return
  const token = JSON.stringify(subscription.toJSON())
  await call({ _: 'account.unregisterDevice', tokenType: WEB_PUSH, token, otherUids: [] }).catch(() => undefined)
  await subscription.unsubscribe()
}

/** Ask the person, and the browser, for notifications on this device; resolves to whether there will be some. */
export async function turnOn(): Promise<boolean> {
  if ((await Notification.requestPermission()) !== 'granted') return false
  choose(CHOICE, 'on')
  await subscribe().catch(() => undefined) // the browser's own service may be out of reach
  return true
}

export async function turnOff(): Promise<void> {
  choose(CHOICE, 'off')
  await unsubscribe()
}

/** End what a log-out leaves behind in the browser. */
export async function forgetPushes(): Promise<void> {
  const subscription = await (await registration())?.pushManager?.getSubscription()
  await subscription?.unsubscribe()
  unchoose(CHOICE)
}
