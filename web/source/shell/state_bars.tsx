/** Lines over the chats while something is wrong: no connection, a browser that keeps nothing, an account that is suspended. */

import { seenAt } from '../kept/keeping.ts'
import { SERVICE } from '../model/types.ts'
import { openChat } from '../nav.ts'
import { connection, keeping } from '../store.ts'
import { clock, dateAndTime } from '../ui/times.ts'
import { Button } from '../ui/kit.tsx'
import { t } from '../words.ts'
import { newer } from './newer.ts'
import { suspension } from './suspended.ts'

/** Return when something was: today's moments by the clock alone. */
function momentOf(seconds: number): string {
  const today = new Date(seconds * 1000).toDateString() === new Date().toDateString()
  return today ? clock(seconds) : dateAndTime(seconds)
}

/** While there is no connection: what is written meanwhile waits. */
function ConnectionBar() {
  const state = connection.value
  if (state === 'connected' && seenAt.value === 0) return null
  const word = state === 'offline' ? 'ui.offline' : state === 'connecting' ? 'ui.connecting' : 'ui.updating'
  const seen = seenAt.value === 0 ? '' : momentOf(seenAt.value)
  return (
    <p class="connection-bar" role="status">
      {state === 'offline' && seen !== '' ? t('ui.offline.seen', { time: seen }) : t(word)}
    </p>
  )
}

function KeepingBar() {
  const how = keeping.value
  if (how === 'kept') return null
  return (
    <p class="keeping-bar" role="status">
      {t(how === 'full' ? 'ui.keeping.full' : 'ui.keeping.refused')}
    </p>
  )
}

function NewerBar() {
  const change = newer.value
  if (change === null) return null
  return (
    <div class="newer-bar" role="status">
      <span>{t('ui.newer')}</span>
      <Button onPress={change}>{t('ui.newer.switch')}</Button>
    </div>
  )
}

/** What one may still do while the account is suspended, until when, and where one objects. */
function SuspendedBar() {
  const now = suspension.value
  if (now === null) return null
  return (
    <aside class="reminder suspended" aria-label={t('ui.suspended.title')}>
      <p>{t('ui.suspended', { date: dateAndTime(now.until) })}</p>
      <div class="reminder-actions">
        <Button kind="plain" onPress={() => openChat(SERVICE)}>
          {t('ui.suspended.why')}
        </Button>
        {/^https?:/.test(now.appeal) && (
          <a class="button button-plain" href={now.appeal} target="_blank" rel="noopener noreferrer">
            {t('ui.suspended.appeal')}
          </a>
        )}
      </div>
    </aside>
  )
}

export function StateBars() {
  return (
    <>
      <SuspendedBar />
      <NewerBar />
      <ConnectionBar />
      <KeepingBar />
    </>
  )
}
