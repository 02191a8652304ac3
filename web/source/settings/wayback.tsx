/** How one gets back in who lost this device: which ways there are, and which have been made. */

import { useEffect, useState } from 'preact/hooks'

import { call } from '../api.ts'
import { openPanel } from '../nav.ts'
import { Icon } from '../ui/icons.tsx'
import { Group, PanelFrame, Row, Spinner } from '../ui/kit.tsx'
import { attempt } from '../ui/refusals.ts'
import { t } from '../words.ts'

/** What there is beside the device in one's hand. */
export interface Ways {
  passkeys: number
  devices: number // others that are logged in
  email: string // its pattern; '' without one
}

export async function waysBack(): Promise<Ways> {
  const { passkeys } = await call({ _: 'account.getPasskeys' })
  const { authorizations } = await call({ _: 'account.getAuthorizations' })
  const { loginEmailPattern = '' } = await call({ _: 'account.getPassword' })
  const others = authorizations.filter((one) => one.current !== true)
  return { passkeys: passkeys.length, devices: others.length, email: loginEmailPattern }
}

function Mark({ made }: { made: boolean }) {
  return made ? <Icon name="check" label={t('settings.wayback.made')} /> : <Icon name="forwardArrow" />
}

export default function WayBack() {
  const [ways, setWays] = useState<Ways | null>(null)
  useEffect(() => void attempt(async () => setWays(await waysBack())), [])
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
