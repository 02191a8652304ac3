/** The code that was sent. */

import { call, Refused } from '../api.ts'
import { Button, Field } from '../ui/kit.tsx'
import { t } from '../words.ts'
import { askPassword, enter, type SentCode, stage, type Stage } from './stage.ts'
import { Step, type Submit } from './step.tsx'

function whereSent(sent: SentCode, number: string): string {
  switch (sent.type._) {
    case 'auth.sentCodeTypeApp':
      return t('login.code.app')
    case 'auth.sentCodeTypeEmailCode':
      return t('login.code.email')
    case 'auth.sentCodeTypeSms':
      return t('login.code.sms', { where: number })
    default:
      return t('login.code.other')
  }
}

export function CodeStep({ at, entered }: { at: Extract<Stage, { is: 'code' }>; entered: () => Promise<void> }) {
  const { number, sent } = at
  const send: Submit = async ({ code = '' }) => {
    try {
      const answer = await call({
        _: 'auth.signIn',
        phoneNumber: number,
        phoneCodeHash: sent.phoneCodeHash,
        phoneCode: code.trim(),
      })
      if (answer._ === 'auth.authorizationSignUpRequired') {
        stage.value = { is: 'name', number, hash: sent.phoneCodeHash, joining: false }
      } else await enter(answer, entered)
    } catch (error) {
      if (!(error instanceof Refused) || error.text !== 'SESSION_PASSWORD_NEEDED') throw error
      await askPassword()
    }
  }
  return (
    <Step
      title={number}
      text={whereSent(sent, number)}
      button={t('login.login')}
      send={send}
      below={
        <Button kind="plain" onPress={() => (stage.value = { is: 'number' })}>
          {t('login.change')}
        </Button>
      }
    >
      {(said) => (
        <Field
          label={t('login.code')}
          name="code"
          inputMode="numeric"
          autocomplete="one-time-code"
          autofocus
          required
          trouble={said}
        />
      )}
    </Step>
  )
}
