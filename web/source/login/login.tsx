/** Logging in: by number or address and code, by an invitation with a name alone, and the second password. */

import { Button } from '../ui/kit.tsx'
import { Mark } from '../ui/mark.tsx'
import { say } from '../ui/overlays.tsx'
import { t } from '../words.ts'
import { CodeStep } from './code_step.tsx'
import { NameStep } from './name_step.tsx'
import { NumberStep } from './number_step.tsx'
import { PasswordStep } from './password_step.tsx'
import { QrStep } from './qr_later.tsx'
import { RecoveryStep } from './recovery_step.tsx'
import { askPassword, enter, stage, trouble } from './stage.ts'

export function Login({ entered }: { entered: () => Promise<void> }) {
  const at = stage.value
  return (
    <main class="login">
      <div class="login-card">
        <Mark />
        {at.is === 'number' && <NumberStep said={at.said ?? ''} entered={entered} />}
        {at.is === 'recovery' && <RecoveryStep entered={entered} />}
        {at.is === 'qr' && (
          <>
            <QrStep
              accepted={(given) => enter(given, entered)}
              password={askPassword}
              failed={(error) => say(trouble(error))}
            />
            <Button kind="plain" onPress={() => (stage.value = { is: 'number' })}>
              {t('login.number')}
            </Button>
          </>
        )}
        {at.is === 'code' && <CodeStep at={at} entered={entered} />}
        {at.is === 'name' && <NameStep at={at} entered={entered} />}
        {at.is === 'password' && <PasswordStep hint={at.hint} entered={entered} />}
      </div>
    </main>
  )
}
