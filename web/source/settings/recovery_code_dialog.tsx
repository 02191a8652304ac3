/** Making a recovery code: it is shown once. */

import { useState } from 'preact/hooks'

import { call, link } from '../api.ts'
import { Button, Field } from '../ui/kit.tsx'
import { say, showModal } from '../ui/overlays.tsx'
import { attempt } from '../ui/refusals.ts'
import { t } from '../words.ts'

function Shown({ code, close }: { code: string; close: () => void }) {
  const copy = (): void => {
    void navigator.clipboard.writeText(code).then(() => say(t('history.copied')))
  }
  return (
    <div class="ask">
      <h2>{t('settings.wayback.code.title')}</h2>
      <p class="recovery-code" dir="ltr">
        {code}
      </p>
      <p>{t('settings.wayback.code.write')}</p>
      <div class="modal-actions">
        <Button kind="plain" onPress={copy}>
          {t('settings.wayback.code.copy')}
        </Button>
        <Button onPress={close}>{t('ui.done')}</Button>
      </div>
    </div>
  )
}

function Ask(props: { password: boolean; replaces: boolean; close: () => void; made: (code: string) => void }) {
  const [busy, setBusy] = useState(false)
  const make = (password: string): void => {
    setBusy(true)
    void attempt(async () => {
      const code = await link.ask('recovery_code', password)
      props.close()
      props.made(code)
    }).then(() => setBusy(false))
  }
  return (
    <form
      class="ask"
      onSubmit={(event) => {
        event.preventDefault()
        make(String(new FormData(event.currentTarget).get('password') ?? ''))
      }}
    >
      <h2>{t('settings.wayback.code')}</h2>
      <p>{t(props.replaces ? 'settings.wayback.code.replace' : 'settings.wayback.code.write')}</p>
      {props.password && (
        <Field label={t('login.password')} name="password" type="password" autocomplete="current-password" autofocus />
      )}
      <div class="modal-actions">
        <Button kind="plain" onPress={props.close}>
          {t('ui.cancel')}
        </Button>
        <Button submit busy={busy}>
          {t('settings.wayback.code.make')}
        </Button>
      </div>
    </form>
  )
}

/** Ask, make the code and show it; `done` is told afterwards. */
export async function offerRecoveryCode(replaces: boolean, done: () => void): Promise<void> {
  const { hasPassword = false } = await call({ _: 'account.getPassword' })
  const made = (code: string): void => {
    done()
    showModal((close) => <Shown code={code} close={close} />, 'modal-ask')
  }
  showModal(
    (close) => <Ask password={hasPassword} replaces={replaces} close={close} made={made} />,
    'modal-ask',
  )
}
