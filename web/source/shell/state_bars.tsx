/** Lines over the chats while something is wrong: no connection, or a browser that keeps nothing. */

import { connection, keeping } from '../store.ts'
import { t } from '../words.ts'

/** While there is no connection: what is written meanwhile waits. */
function ConnectionBar() {
  const state = connection.value
  if (state === 'connected') return null
  const word = state === 'offline' ? 'ui.offline' : state === 'updating' ? 'ui.updating' : 'ui.connecting'
  return (
    <p class="connection-bar" role="status">
      {t(word)}
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

export function StateBars() {
  return (
    <>
      <ConnectionBar />
      <KeepingBar />
    </>
  )
}
