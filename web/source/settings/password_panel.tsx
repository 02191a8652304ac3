/** The second password: what a log-in asks beside the code; and where codes go by e-mail. */

import { useEffect, useState } from 'preact/hooks'

import { Icon } from '../ui/icons.tsx'
import { Button, Field, Group, PanelFrame, Row, Spinner } from '../ui/kit.tsx'
import { confirm, say } from '../ui/overlays.tsx'
import { attempt, sentence } from '../ui/refusals.ts'
import { t } from '../words.ts'
import { offerLoginAddress, sendsMail } from './login_address.tsx'
import { ask, checkNext, Next, Now } from './password_dialogs.tsx'
import {
  cancelAddress,
  changePassword,
  confirmAddress,
  passwordState,
  resendCode,
  type State,
} from './password.ts'

interface Part {
  state: State
  load: () => Promise<void>
}

/** An address waits for the code that was sent there. */
function Waiting({ state, load }: Part) {
  const [trouble, setTrouble] = useState('')
  const [busy, setBusy] = useState(false)
  const prove = async (code: string): Promise<void> => {
    setBusy(true)
    try {
      await confirmAddress(code)
      await load()
      say(t('settings.password.email.done'))
    } catch (error) {
      setTrouble(sentence(error))
    }
    setBusy(false)
  }
  const cancel = async (): Promise<void> => {
    await cancelAddress()
    await load()
  }
  return (
    <Group title={t('settings.password.email')}>
      <form
        class="fields"
        onSubmit={(event) => {
          event.preventDefault()
          void prove(String(new FormData(event.currentTarget).get('code')).trim())
        }}
      >
        <p>{t('settings.password.email.sent', { email: state.waiting })}</p>
        <Field
          label={t('settings.password.email.code')}
          name="code"
          inputMode="numeric"
          autocomplete="one-time-code"
          trouble={trouble}
          autofocus
          required
        />
        <Button submit busy={busy}>
          {t('settings.password.email.confirm')}
        </Button>
      </form>
      <Row
        icon="send"
        title={t('settings.password.email.again')}
        onPress={() =>
          void attempt(async () => {
            await resendCode()
            say(t('settings.password.email.resent'))
          })
        }
      />
      <Row icon="close" title={t('settings.password.email.cancel')} danger onPress={() => void attempt(cancel)} />
    </Group>
  )
}

/** There is no password yet: make one. */
function Setting({ load }: Pick<Part, 'load'>) {
  const [trouble, setTrouble] = useState('')
  const [busy, setBusy] = useState(false)
  const set = async (given: Record<string, string>): Promise<void> => {
    const { next = '', hint = '', email = '' } = given
    const wrong = checkNext(given)
    setTrouble(wrong === null ? '' : t(wrong))
    if (wrong !== null) return
    setBusy(true)
    const sure =
      email.trim() !== '' ||
      (await confirm({
        title: t('settings.password.no-email.ask'),
        text: t('settings.password.no-email.text'),
        yes: t('settings.password.no-email.yes'),
      }))
    if (sure) {
      await attempt(async () => {
        const waits = await changePassword({ now: '', next, hint: hint.trim(), email: email.trim() })
        await load()
        if (!waits) say(t('settings.password.done'))
      })
    }
    setBusy(false)
  }
  return (
    <form
      class="fields"
      onSubmit={(event) => {
        event.preventDefault()
        void set(Object.fromEntries(new FormData(event.currentTarget)) as Record<string, string>)
      }}
    >
      <Next trouble={trouble} />
      <Field
        label={t('settings.password.email')}
        name="email"
        type="email"
        autocomplete="email"
        hint={t('settings.password.email.text')}
      />
      <Button submit busy={busy}>
        {t('settings.password.set')}
      </Button>
    </form>
  )
}

/** There is a password: change it, its address, or remove it. */
function Changing({ state, load }: Part) {
  const { hint } = state
  const done = async (waits: boolean): Promise<void> => {
    await load()
    if (!waits) say(t('settings.password.done'))
  }
  const change = (): void =>
    ask({
      title: t('settings.password.change'),
      yes: t('ui.save'),
      fields: (trouble) => (
        <>
          <Now hint={hint} />
          <Next hint={hint} trouble={trouble} />
        </>
      ),
      check: checkNext,
      act: async ({ now = '', next = '', hint: reminder = '' }) =>
        done(await changePassword({ now, next, hint: reminder.trim(), email: '' })),
    })
  const address = (): void =>
    ask({
      title: t(state.recovery ? 'settings.password.email.change' : 'settings.password.email.add'),
      text: t('settings.password.email.text'),
      yes: t('settings.password.email.send'),
      fields: (trouble) => (
        <>
          <Field label={t('settings.password.email')} name="email" type="email" autocomplete="email" autofocus required />
          <Now hint={hint} trouble={trouble} autofocus={false} />
        </>
      ),
      act: async ({ now = '', email = '' }) => done(await changePassword({ now, next: now, hint, email: email.trim() })),
    })
  const remove = (): void =>
    ask({
      title: t('settings.password.remove.ask'),
      text: t('settings.password.remove.text'),
      yes: t('settings.password.remove'),
      danger: true,
      fields: (trouble) => <Now hint={hint} trouble={trouble} />,
      act: async ({ now = '' }) => {
        await changePassword({ now, next: '', hint: '', email: '' })
        await load()
        say(t('settings.password.removed'))
      },
    })
  return (
    <Group>
      <Row icon="lock" title={t('settings.password.change')} onPress={change} />
      <Row
        icon="at"
        title={t(state.recovery ? 'settings.password.email.change' : 'settings.password.email.add')}
        onPress={address}
      />
      <Row icon="trash" title={t('settings.password.remove')} danger onPress={remove} />
    </Group>
  )
}

/** Where log-in codes go by e-mail, where this server sends mail. */
function LoginAddress({ state, load }: Part) {
  if (!sendsMail()) return null
  return (
    <Group title={t('settings.login.email')} hint={t('settings.login.email.text')}>
      <Row
        icon="at"
        title={state.login === '' ? t('settings.login.email.set') : state.login}
        onPress={() => offerLoginAddress(load)}
      />
    </Group>
  )
}

export default function Password() {
  const [state, setState] = useState<State | null>(null)
  const load = async (): Promise<void> => setState(await passwordState())
  useEffect(() => void attempt(load), [])
  return (
    <PanelFrame title={t('settings.password')}>
      {state === null ? (
        <div class="centred">
          <Spinner label={t('ui.loading')} />
        </div>
      ) : (
        <>
          <div class="password-state">
            <Icon name={state.set ? 'shield' : 'lock'} />
            <p class="password-state-title">{t(state.set ? 'settings.password.on' : 'settings.password.off')}</p>
            <p class="hint">{t('settings.password.text')}</p>
          </div>
          {state.waiting !== '' && <Waiting state={state} load={load} />}
          {state.set ? (
            <Changing state={state} load={load} />
          ) : (
            state.waiting === '' && <Setting load={load} />
          )}
          <LoginAddress state={state} load={load} />
        </>
      )}
    </PanelFrame>
  )
}
