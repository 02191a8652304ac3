/** Over the log-in of somebody who followed a link: that it waits for them, and the way into an app. */

import { t } from '../words.ts'
import { appLink } from './addresses.ts'
import { entry } from './entry.ts'

const WORDS = {
  invite: 'groups.entry.wait.invite',
  name: 'groups.entry.wait',
  private: 'groups.entry.wait',
  folder: 'groups.entry.wait.folder',
  contact: 'groups.entry.wait',
  phone: 'groups.entry.wait',
  user: 'groups.entry.wait',
} as const

export function EntryNote() {
  const target = entry.value
  if (target === null) return null
  const href = appLink(target)
  return (
    <aside class="entry-note" aria-label={t('groups.entry.label')}>
      <span>{t(WORDS[target.is])}</span>
      {href !== null && <a href={href}>{t('groups.in.app')}</a>}
    </aside>
  )
}
