/** How one gets back in who lost this device: which ways there are, and which have been made. */

import { useEffect, useState } from 'preact/hooks'

import { openPanel } from '../nav.ts'
import { Icon } from '../ui/icons.tsx'
import { Group, PanelFrame, Row, Spinner } from '../ui/kit.tsx'
import { attempt } from '../ui/refusals.ts'
import { t } from '../words.ts'
import { offerLoginAddress, sendsMail } from './login_address.tsx'
import { organisation } from '../login/organisation.ts'
import { offerConnecting } from './organisation.ts'
import { offerRecoveryCode } from './recovery_code_dialog.tsx'
import { lostWithout, reminded, type Ways, waysBack } from './ways.ts'

function Mark({ made }: { made: boolean }) {
  return made ? <Icon name="check" label={t('settings.wayback.made')} /> : <Icon name="forwardArrow" />
}

export default function WayBack() {
  const [ways, setWays] = useState<Ways | null>(null)
  const load = async (): Promise<void> => {
    const found = await waysBack()
    setWays(found)
    if (!lostWithout(found)) reminded.value = false
  }
  useEffect(() => void attempt(load), [])
  return (
    <PanelFrame title={t('settings.wayback')}>
      <p class="panel-text">{t('settings.wayback.text')}</p>
      {ways === null && (
        <div class="centred">
          <Spinner label={t('ui.loading')} />
        </div>
      )}
      {ways !== null && (
        <Group>
          <Row
            icon="key"
            title={t('settings.passkeys')}
            note={t('settings.wayback.passkeys')}
            after={<Mark made={ways.passkeys > 0} />}
            onPress={() => openPanel('left', { name: 'settings.passkeys' })}
          />
          <Row
            icon="pencil"
            title={t('settings.wayback.code')}
            note={t('settings.wayback.code.text')}
            after={<Mark made={ways.code} />}
            onPress={() => void attempt(() => offerRecoveryCode(ways.code, () => void attempt(load)))}
          />
          {(sendsMail() || ways.email !== '') && (
            <Row
              icon="at"
              title={t('settings.wayback.email')}
              note={ways.email === '' ? t('settings.wayback.email.text') : ways.email}
              after={<Mark made={ways.email !== ''} />}
              onPress={() => offerLoginAddress(load)}
            />
          )}
          {organisation() !== null && (
            <Row
              icon="people"
              title={t('settings.organisation', { name: organisation() ?? '' })}
              note={t(ways.organisation ? 'settings.organisation.made' : 'settings.organisation.note')}
              after={<Mark made={ways.organisation} />}
              {...(ways.organisation ? {} : { onPress: () => void offerConnecting() })}
            />
          )}
          <Row
            icon="device"
            title={t('settings.wayback.device')}
            note={t('settings.wayback.device.text')}
            after={<Mark made={ways.devices > 0} />}
            onPress={() => openPanel('left', { name: 'settings.sessions' })}
          />
        </Group>
      )}
    </PanelFrame>
  )
}
