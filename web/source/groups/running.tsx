/** What those who run a group or channel find in its profile: its members by kind, its links, who asks to be let in. */

import type { Panel } from '../nav.ts'
import type { Peer } from '../model/types.ts'
import type { Full } from '../people/full.ts'
import { openPanel } from '../nav.ts'
import type { IconName } from '../ui/icons.tsx'
import { Group, Row } from '../ui/kit.tsx'
import { t } from '../words.ts'
import { hasRight, mayLink } from './rights.ts'

function Lead({ icon, title, count, to, mark }: { icon: IconName; title: string; count?: number; to: Panel; mark?: boolean }) {
  const shown = count === undefined || count === 0 ? undefined : <span class={mark === true ? 'badge' : 'row-count'}>{count}</span>
  return <Row icon={icon} title={title} after={shown} onPress={() => openPanel('right', to)} />
}

export function Running({ where, about }: { where: Peer; about: Full }) {
  const { id: chat } = where
  const large = where.kind !== 'group'
  return (
    <Group title={t('groups.running')}>
      {mayLink(where) && about.pending > 0 && (
        <Lead icon="addPerson" title={t('groups.requests')} count={about.pending} mark to={{ name: 'requests', chat }} />
      )}
      {where.kind === 'channel' && (
        <Lead icon="people" title={t('groups.subscribers')} count={where.members ?? 0} to={{ name: 'members', chat, kind: 'all' }} />
      )}
      <Lead icon="star" title={t('groups.admins')} count={about.admins} to={{ name: 'members', chat, kind: 'admins' }} />
      {where.kind !== 'channel' && hasRight(where, 'banUsers') && (
        <Lead icon="lock" title={t('groups.permissions')} to={{ name: 'rights', chat }} />
      )}
      {large && hasRight(where, 'banUsers') && about.restricted > 0 && (
        <Lead icon="warning" title={t('groups.restricted')} count={about.restricted} to={{ name: 'members', chat, kind: 'restricted' }} />
      )}
      {large && hasRight(where, 'banUsers') && (
        <Lead icon="block" title={t('groups.out')} count={about.thrownOut} to={{ name: 'members', chat, kind: 'out' }} />
      )}
      {mayLink(where) && <Lead icon="link" title={t('groups.links')} to={{ name: 'links', chat }} />}
      {large && <Lead icon="clock" title={t('groups.log')} to={{ name: 'log', chat }} />}
    </Group>
  )
}
