/** The button that leads to an organisation's sign-in, before the other ways. */

import { useState } from 'preact/hooks'

import { Button } from '../ui/kit.tsx'
import { attempt } from '../ui/refusals.ts'
import { t } from '../words.ts'
import { organisation, setOut } from './organisation.ts'

export function OrganisationButton() {
  const [busy, setBusy] = useState(false)
  const name = organisation()
  if (name === null) return null
  const go = (): void => {
    setBusy(true)
    void attempt(() => setOut('sign-in')).then((went) => setBusy(went))
  }
  return (
    <>
      <Button busy={busy} onPress={go}>
        {t('login.sign-in', { name })}
      </Button>
      <p class="login-or">{t('login.sign-in.or')}</p>
    </>
  )
}
