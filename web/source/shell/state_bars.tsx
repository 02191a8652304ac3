/** Lines over the chats while something is wrong: no connection, or a browser that keeps nothing. */

import { seenAt } from '../kept/keeping.ts'
import { connection, keeping } from '../store.ts'
import { clock, dateAndTime } from '../ui/times.ts'
import { Button } from '../ui/kit.tsx'
import { t } from '../words.ts'
import { newer } from './newer.ts'

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

export function StateBars() {
  return (
    <>
      <NewerBar />
      <ConnectionBar />
      <KeepingBar />
    </>
  )
}
