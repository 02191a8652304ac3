/** What can be done with the chosen messages; it stands where the field stands otherwise. */

import { useEffect } from 'preact/hooks'

import { back } from '../nav.ts'
import { peer } from '../store.ts'
import { nameOf } from '../ui/avatar.tsx'
import { IconButton } from '../ui/kit.tsx'
import { say } from '../ui/overlays.tsx'
import { attempt } from '../ui/refusals.ts'
import { clock } from '../ui/times.ts'
import { t } from '../words.ts'
import { askToDelete } from './deleting.tsx'
import { chooseTarget } from './forwarding.tsx'
import * as may from './may.ts'
import { report } from './message_actions.ts'
import { selectedMessages, selection } from './selection.ts'

export function SelectionBar() {
  const now = selection.value
  useEffect(() => {
    const key = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape' || document.querySelector('dialog[open], .menu') !== null) return
      event.preventDefault()
      back()
    }
    addEventListener('keydown', key, true) // before the keys that leave the chat
    return () => removeEventListener('keydown', key, true)
  }, [])
  if (now === null) return null
  const messages = selectedMessages(now)
  const some = messages.length > 0
  const copy = async (): Promise<void> => {
    const several = messages.length > 1
    const lines = messages.map((one) =>
      several ? `${nameOf(peer(one.from).peek())}, [${clock(one.date)}]\n${one.text}` : one.text,
    )
    await navigator.clipboard.writeText(lines.join('\n\n'))
    back()
    say(t('history.copied'))
  }
  const forward = (): void => {
    back()
    chooseTarget(messages)
  }
  return (
    <div class="selection-bar" role="toolbar" aria-label={t('history.actions')}>
      <IconButton icon="close" label={t('history.select.end')} onPress={back} />
      <p role="status">{t('history.selected', { n: messages.length })}</p>
      {some && messages.every(may.mayTakeAway) && messages.some(({ text }) => text !== '') && (
        <IconButton icon="copy" label={t('history.copy')} onPress={() => void attempt(copy)} />
      )}
      {some && messages.every(may.mayReport) && (
        <IconButton icon="flag" label={t('history.report')} onPress={() => report(messages)} />
      )}
      {some && messages.every(may.mayForward) && (
        <IconButton icon="forward" label={t('history.forward')} onPress={forward} />
      )}
      {some && messages.every(may.mayDelete) && (
        <IconButton icon="trash" label={t('history.delete')} onPress={() => askToDelete(messages, back)} />
      )}
    </div>
  )
}
