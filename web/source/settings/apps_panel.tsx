/** With what else one can talk on this server: what works on which device, and who knows how. docs/apps.md */

import { peer, self } from '../store.ts'
import { Icon, type IconName } from '../ui/icons.tsx'
import { Group, PanelFrame, Row } from '../ui/kit.tsx'
import { say } from '../ui/overlays.tsx'
import { t, type Word } from '../words.ts'

const ROWS: readonly (readonly [IconName, Word, Word])[] = [
  ['phone', 'settings.apps.home', 'settings.apps.home.text'],
  ['device', 'settings.apps.desktop', 'settings.apps.desktop.text'],
  ['close', 'settings.apps.store', 'settings.apps.store.text'],
  ['code', 'settings.apps.built', 'settings.apps.built.text'],
]

/** The number that an app asks for: the code it wants then comes here, to the chat of the service. */
function Number({ phone }: { phone: string }) {
  const copy = (): void => {
    void navigator.clipboard.writeText(`+${phone}`).then(() => say(t('history.copied')))
  }
  return (
    <Group hint={t('settings.apps.number.text')}>
      <Row icon="phone" title={`+${phone}`} note={t('settings.apps.number')} onPress={copy} />
    </Group>
  )
}

export default function Apps() {
  const phone = peer(self.value).value?.phone ?? ''
  return (
    <PanelFrame title={t('settings.apps')} wordsOnly={phone === ''}>
      <p class="panel-text">{t('settings.apps.text')}</p>
      {phone !== '' && <Number phone={phone} />}
      <Group hint={t('settings.apps.who')}>
        <ul class="apps">
          {ROWS.map(([icon, title, text]) => (
            <li key={title}>
              <Icon name={icon} />
              <div>
                <p class="apps-title">{t(title)}</p>
                <p class="hint">{t(text)}</p>
              </div>
            </li>
          ))}
        </ul>
      </Group>
    </PanelFrame>
  )
}
