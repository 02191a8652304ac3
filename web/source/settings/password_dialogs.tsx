/** What is asked before the second password changes: the one there is, and what shall be. */

import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'

import { Button, Field } from '../ui/kit.tsx'
import { showModal } from '../ui/overlays.tsx'
import { sentence } from '../ui/refusals.ts'
import { t, type Word } from '../words.ts'

type Fields = Record<string, string>

interface AskProps {
  title: string
  text?: string | undefined
  yes: string
  danger?: boolean
  fields: (trouble: string) => ComponentChildren
  check?: (given: Fields) => Word | null // what is wrong with it
  act: (given: Fields) => Promise<unknown>
}

/** A dialog of some fields; what goes wrong is said in it, and it stays open until it went right. */
function Ask({ title, text, yes, danger, fields, check, act, close }: AskProps & { close: () => void }) {
  const [busy, setBusy] = useState(false)
  const [trouble, setTrouble] = useState('')
  const submit = async (given: Fields): Promise<void> => {
    const wrong = check?.(given) ?? null
    if (wrong !== null) return setTrouble(t(wrong))
    setBusy(true)
    setTrouble('')
    try {
      await act(given)
      close()
    } catch (error) {
      setTrouble(sentence(error))
    }
    setBusy(false)
  }
  return (
    <form
      class="ask ask-fields"
      onSubmit={(event) => {
        event.preventDefault()
        void submit(Object.fromEntries(new FormData(event.currentTarget)) as Fields)
      }}
    >
      <h2>{title}</h2>
      {text !== undefined && <p>{text}</p>}
      {fields(trouble)}
      <div class="modal-actions">
        <Button kind="plain" onPress={close}>
          {t('ui.cancel')}
        </Button>
        <Button submit busy={busy} kind={danger === true ? 'danger' : 'primary'}>
          {yes}
        </Button>
      </div>
    </form>
  )
}

export function ask(question: AskProps): void {
  showModal((close) => <Ask {...question} close={close} />, 'modal-ask')
}

/** The password there is. */
export function Now({ hint, trouble, autofocus = true }: { hint: string; trouble?: string | undefined; autofocus?: boolean }) {
  return (
    <Field
      label={t('settings.password.now')}
      name="now"
      type="password"
      autocomplete="current-password"
      hint={hint === '' ? undefined : t('settings.password.hint.is', { hint })}
      trouble={trouble}
      autofocus={autofocus}
      required
    />
  )
}

/** The password there shall be, twice, and what reminds of it. */
export function Next({ trouble, hint = '', autofocus = false }: { trouble?: string | undefined; hint?: string; autofocus?: boolean }) {
  return (
    <>
      <Field
        label={t('settings.password.next')}
        name="next"
        type="password"
        autocomplete="new-password"
        autofocus={autofocus}
        required
      />
      <Field
        label={t('settings.password.again')}
        name="again"
        type="password"
        autocomplete="new-password"
        trouble={trouble}
        required
      />
      <Field
        label={t('settings.password.hint')}
        name="hint"
        hint={t('settings.password.hint.text')}
        defaultValue={hint}
        maxLength={255}
        autocomplete="off"
      />
    </>
  )
}

/** Return what is wrong with a new password, written twice. */
export function checkNext({ next, again, hint }: Fields): Word | null {
  if (next !== again) return 'settings.password.unlike'
  if (hint !== undefined && hint !== '' && hint === next) return 'settings.password.hint.same'
  return null
}
