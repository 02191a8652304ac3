/** The settings: whose account it is, and where what is set. */

import { openPanel, type Panel } from '../nav.ts'
import { about, peer, self } from '../store.ts'
import { Avatar, nameOf } from '../ui/avatar.tsx'
import type { IconName } from '../ui/icons.tsx'
import { Group, PanelFrame, Row } from '../ui/kit.tsx'
import { LANGUAGES, language, t, type Word } from '../words.ts'
import { askToLogOut } from './leaving.ts'

type Plain = Exclude<Extract<Panel, { name: `settings.${string}` | 'trust' }>, { what: string } | { folder: number } | { side: string }>['name']

const ROWS: readonly (readonly [Plain, IconName, Word])[] = [
  ['settings.notifications', 'bell', 'settings.notifications'],
  ['settings.privacy', 'lock', 'settings.privacy'],
  ['settings.sessions', 'device', 'settings.sessions'],
  ['settings.wayback', 'key', 'settings.wayback'],
  ['settings.folders', 'folder', 'settings.folders'],
  ['settings.appearance', 'moon', 'settings.appearance'],
]

export default function Settings() {
  const me = peer(self.value).value
  const level = about.value?.level ?? ''
  return (
    <PanelFrame title={t('settings.title')}>
      <Group>
        <Row
          before={<Avatar peer={me} size={54} />}
          title={nameOf(me)}
          note={me?.username ? `@${me.username}` : t('settings.profile.note')}
          onPress={() => openPanel('left', { name: 'settings.profile' })}
        />
      </Group>
      <Group>
        {ROWS.map(([name, icon, word]) => (
          <Row key={name} icon={icon} title={t(word)} onPress={() => openPanel('left', { name })} />
        ))}
        <Row
          icon="globe"
          title={t('settings.language')}
          after={<span class="row-note">{LANGUAGES[language.value]}</span>}
          onPress={() => openPanel('left', { name: 'settings.language' })}
        />
        <Row icon="download" title={t('settings.export')} onPress={() => openPanel('left', { name: 'settings.export' })} />
        <Row icon="phone" title={t('settings.apps')} onPress={() => openPanel('left', { name: 'settings.apps' })} />
      </Group>
      <Group>
        <Row
          icon="shield"
          title={t('settings.trust')}
          after={<span class="row-note">{level}</span>}
          onPress={() => openPanel('left', { name: 'trust' })}
        />
      </Group>
      <Group>
        <Row icon="door" title={t('settings.leave')} danger onPress={askToLogOut} />
      </Group>
    </PanelFrame>
  )
}
