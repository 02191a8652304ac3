/** The second password. */

import { link } from '../api.ts'
import { Field } from '../ui/kit.tsx'
import { t } from '../words.ts'
import { enter } from './stage.ts'
import { Step } from './step.tsx'

export function PasswordStep({ hint, entered }: { hint: string; entered: () => Promise<void> }) {
  return (
    <Step
      title={t('login.password.title')}
      text={t('login.password.text')}
      button={t('login.login')}
      send={async ({ password = '' }) => enter(await link.ask('password', password), entered)}
    >
      {(said) => (
        <Field
          label={t('login.password')}
          name="password"
          type="password"
          autocomplete="current-password"
          autofocus
          required
          hint={hint === '' ? undefined : t('login.password.hint', { hint })}
          trouble={said}
        />
      )}
    </Step>
  )
}
