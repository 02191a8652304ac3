/** The page: it paints at once, opens the worker, and shows the log-in or the chats. */

import './floor/older.ts'

import { effect, signal } from '@preact/signals'
import { render } from 'preact'

import { learn, link, onEnd, Refused } from './api.ts'
import { forgetChats, loadChats } from './chats/actions.ts'
import { restoreDrafts, tellDrafts } from './compose/drafts.ts'
import { resume } from './compose/outbox.ts'
import type { Asks } from './engine/protocol.ts'
import { EntryNote } from './groups/entry_note.tsx'
import { followEntry, takeEntry } from './groups/entry.ts'
import { comeBack, joinBy, openedLink } from './login/links.ts'
import { Login } from './login/login.tsx'
import { comeIn, whyNot } from './login/organisation.ts'
import { enter, restartLogin } from './login/stage.ts'
import { refreshed, restore } from './kept/keeping.ts'
import { forgetFiles } from './media/cache.ts'
import { forgetDownloads } from './media/downloads.ts'
import { stop as stopPlaying } from './media/player.ts'
import { answerStreams, forgetStreams } from './media/streaming.ts'
import { unreadIn } from './model/dialogs.ts'
import { closeAll } from './nav.ts'
import './settings/appearance.ts'
import { loadDevices } from './settings/devices.ts'
import { remind } from './settings/ways.ts'
import { forgetPushes, subscribe, wantsNotifications } from './settings/push.ts'
import { SHARED } from './service/protocol.ts'
import { Main } from './shell/main.tsx'
import { lookSuspended } from './shell/suspended.ts'
import { startNotices } from './shell/notices.ts'
import { followBuilds } from './shell/updating.ts'
import { followTerms } from './terms/asked.ts'
import { about, connection, dialogs, forget, keeping, self } from './store.ts'
import { Button, Spinner } from './ui/kit.tsx'
import { Mark } from './ui/mark.tsx'
import { Overlays } from './ui/overlays.tsx'
import { sentence } from './ui/refusals.ts'
import { speak, t } from './words.ts'

const RETRY_MS = 3_000 // before the server is tried again that was not reached

type Stage = { is: 'opening' } | { is: 'unreached'; why: string } | { is: 'login' } | { is: 'chats' }

const stage = signal<Stage>({ is: 'opening' })

let chatsShown: () => void = () => undefined
const shown = new Promise<void>((resolve) => {
  chatsShown = resolve
})

function Opening() {
  const at = stage.value
  return (
    <main class="login">
      <div class="login-card">
        <Mark />
        {at.is === 'opening' && <Spinner label={t('login.connecting')} />}
        {at.is === 'unreached' && (
          <>
            <p role="alert">{at.why}</p>
            <Button onPress={() => location.reload()}>{t('ui.again')}</Button>
          </>
        )}
      </div>
    </main>
  )
}

function App() {
  const at = stage.value
  return (
    <>
      {at.is === 'login' && <EntryNote />}
      {at.is === 'login' ? <Login entered={entered} /> : at.is === 'chats' ? <Main /> : <Opening />}
      <Overlays />
    </>
  )
}

/** Go on with the chats of whoever has just been let in, or was logged in already. */
async function entered(): Promise<void> {
  const { user } = await link.ask('start', null)
  if (user === null) throw new Error('nobody is logged in')
  self.value = user.id
  learn({ users: [user] })
  stage.value = { is: 'chats' }
  await link.ask('follow', null)
  await loadChats(0)
  void tellDrafts().catch(() => undefined)
  void loadChats(1).catch(() => undefined) // whether something is archived, and what is unread of it
  refreshed()
  performance.mark('chats')
  chatsShown()
  followEntry()
  await resume()
  startNotices()
  void takeShared().catch(() => undefined)
  void followTerms().catch(() => undefined)
  void lookSuspended().catch(() => undefined)
  void remind().catch(() => undefined)
  void loadDevices().catch(() => undefined)
  if (wantsNotifications()) await subscribe().catch(() => undefined) // the server's key may be another
}

/** What another app shared with this one waits for a chat to be chosen. */
async function takeShared(): Promise<void> {
  if (await caches.has(SHARED)) await (await import('./compose/shared.ts')).offerShared()
}

/** Wait before the server is tried again: no longer than until there is a network. */
function pause(): Promise<void> {
  return new Promise((go) => {
    setTimeout(go, RETRY_MS)
    addEventListener('online', () => go(), { once: true })
  })
}

/** Reach the server, however long that takes; the person sees why it does. */
async function reached(): Promise<Asks['start']['give']> {
  for (;;) {
    try {
      return await link.ask('start', null)
    } catch (error) {
      if (!(error instanceof Refused && error.code === 0)) throw error
      connection.value = 'offline'
      if (stage.peek().is !== 'chats') stage.value = { is: 'unreached', why: sentence(error) }
      await pause()
    }
  }
}

async function open(): Promise<void> {
  if (await restore()) {
    stage.value = { is: 'chats' }
    performance.mark('restored')
    void restoreDrafts()
    await resume()
  }
  const { about: said, user, keeping: how } = await reached()
  about.value = said
  keeping.value = how
  performance.mark('connected')
  const opened = openedLink()
  if (user !== null && (self.peek() === 0 || self.peek() === user.id)) {
    await entered()
    if (opened?.for.startsWith('sign-in') === true) void import('./settings/organisation.ts').then((it) => it.cameBack(opened))
  } else {
    if (self.peek() !== 0) ended() // by another device, while this one was away
    if (opened?.for === 'join') await joinBy(opened.token)
    else if (opened?.for === 'reentry') await comeBack(opened.token, entered)
    else if (opened?.for === 'sign-in') await comeIn(opened.token, entered)
    else if (opened?.for === 'sign-in-trouble') restartLogin(whyNot(opened.token))
    if (self.peek() === 0) stage.value = { is: 'login' }
  }
}

function ended(): void {
  forget()
  closeAll()
  forgetChats()
  forgetFiles()
  forgetStreams()
  forgetDownloads()
  stopPlaying()
  restartLogin(t('login.ended'))
  void forgetPushes().catch(() => undefined)
  stage.value = { is: 'login' }
}

onEnd(ended)

effect(() => {
  const unread = self.value === 0 ? 0 : unreadIn(dialogs.value, 0, Date.now() / 1000)
  const name = about.value?.name ?? 'Chappe'
  document.title = unread > 0 ? `(${unread}) ${name}` : name
  if ('setAppBadge' in navigator) void navigator.setAppBadge(unread).catch(() => undefined)
})

async function begin(): Promise<void> {
  takeEntry()
  await speak()
  render(<App />, document.getElementById('app') as HTMLElement)
  performance.mark('shell')
  try {
    await open()
  } catch (error) {
    console.error(error)
    stage.value = { is: 'unreached', why: sentence(error) }
  }
}

// where the browser or the address does not allow it, floor.ts has said so in its stead
if (document.documentElement.dataset.without === undefined) {
  void begin()
  answerStreams()
  void followBuilds(shown)
}

export { enter }
