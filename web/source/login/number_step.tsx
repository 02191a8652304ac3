/** The first step: a number or an address, or another way in. */

import { call, Refused } from '../api.ts'
import { about } from '../store.ts'
import { Button, Field } from '../ui/kit.tsx'
import { say } from '../ui/overlays.tsx'
import { attempt } from '../ui/refusals.ts'
import { t } from '../words.ts'
import { organisation } from './organisation.ts'
import { OrganisationButton } from './organisation_button.tsx'
import { enterByPasskey, gaveUp, knowsPasskeys } from './passkeys.ts'
import { askPassword, enter, stage, trouble } from './stage.ts'
import { Step } from './step.tsx'

async function sendCode(number: string): Promise<void> {
  const sent = await call({
    _: 'auth.sendCode',
    phoneNumber: number.trim(),
    apiId: 1,
    apiHash: 'chappe',
    settings: { _: 'codeSettings' },
  })
  if (sent._ !== 'auth.sentCode') throw new Refused({ text: sent._, code: 0 })
  stage.value = { is: 'code', number: number.trim(), sent }
}

/** Other ways in than a number: a device one is logged in on, a passkey. */
function MoreWays({ entered }: { entered: () => Promise<void> }) {
  const byPasskey = (): void => {
    enterByPasskey()
      .then((given) => enter(given, entered))
      .catch((error: unknown) => {
        if (gaveUp(error)) return
        if (error instanceof Refused && error.text === 'SESSION_PASSWORD_NEEDED') void attempt(askPassword)
        else say(trouble(error))
      })
  }
  return (
    <div class="login-ways">
      <Button kind="plain" onPress={() => (stage.value = { is: 'qr' })}>
        {t('login.qr')}
      </Button>
      {knowsPasskeys() && (
        <Button kind="plain" onPress={byPasskey}>
          {t('login.passkey')}
        </Button>
      )}
      <Button kind="plain" onPress={() => (stage.value = { is: 'recovery' })}>
        {t('login.recovery')}
      </Button>
    </div>
  )
}

export function NumberStep({ said: before = '', entered }: { said?: string; entered: () => Promise<void> }) {
  const server = about.value?.name ?? 'Chappe'
  return (
    <Step
      title={t('login.welcome', { server })}
      text={before}
      button={t('login.next')}
      send={({ number = '' }) => sendCode(number)}
      below={<MoreWays entered={entered} />}
    >
      {(said) => (
        <>
          <OrganisationButton />
          <Field
            label={t('login.identifier')}
            name="number"
            autocomplete="tel"
            autofocus={organisation() === null}
            required
            hint={t('login.identifier.hint')}
            trouble={said}
          />
        </>
      )}
    </Step>
  )
}
