/** The code on paper. */

import { Refused } from '../api.ts'
import { Button, Field } from '../ui/kit.tsx'
import { t } from '../words.ts'
import { enterByToken } from './links.ts'
import { recoveryCode } from './recovery_code.ts'
import { stage } from './stage.ts'
import { Step, type Submit } from './step.tsx'

export function RecoveryStep({ entered }: { entered: () => Promise<void> }) {
  const send: Submit = async ({ code = '' }) => {
    const letters = recoveryCode(code)
    if (letters === null) throw new Refused({ text: 'RECOVERY_SLIP', code: 0 })
    await enterByToken('recovery', letters, entered)
  }
  return (
    <Step
      title={t('login.recovery.title')}
      text={t('login.recovery.text')}
      button={t('login.login')}
      send={send}
      below={
        <Button kind="plain" onPress={() => (stage.value = { is: 'number' })}>
          {t('login.number')}
        </Button>
      }
    >
      {(said) => (
        <Field label={t('login.recovery.field')} name="code" autocomplete="off" autofocus required trouble={said} />
      )}
    </Step>
  )
}
