/** The line under a name: presence of a person, size of a group. */

import type { Peer } from '../model/types.ts'
import { t } from '../words.ts'
import { lastSeen } from './times.ts'

export function statusOf(peer: Peer | undefined): string {
  if (peer === undefined) return ''
  if (peer.kind === 'channel') return peer.members === undefined ? '' : t('ui.subscribers', { n: peer.members })
  if (peer.kind !== 'user') return peer.members === undefined ? '' : t('ui.members', { n: peer.members })
  if (peer.bot === true) return t('ui.bot')
  if (peer.support === true || peer.deleted === true) return ''
  const now = Date.now() / 1000
  const { presence } = peer
  switch (presence?.is) {
    case 'online':
      return presence.until > now ? t('ui.online') : lastSeen(presence.until, now)
    case 'offline':
      return lastSeen(presence.since, now)
    case 'recently':
      return t('ui.seen.recently')
    case 'week':
      return t('ui.seen.week')
    case 'month':
      return t('ui.seen.month')
    default:
      return t('ui.seen.unknown')
  }
}
