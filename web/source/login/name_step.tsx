/** The name of somebody who is new here. */

import { useEffect, useRef, useState } from 'preact/hooks'

import { call } from '../api.ts'
import { about } from '../store.ts'
import { showTerms, type Terms, termsToAccept } from '../terms/asked.ts'
import { TermsNote } from '../terms/note.tsx'
import { Field } from '../ui/kit.tsx'
import { t } from '../words.ts'
import { enter, type Stage } from './stage.ts'
import { Step, type Submit } from './step.tsx'

export function NameStep({ at, entered }: { at: Extract<Stage, { is: 'name' }>; entered: () => Promise<void> }) {
  const server = about.value?.name ?? 'Chappe'
  const asked = useRef<Promise<Terms | null> | null>(null)
  const [terms, setTerms] = useState<Terms | null>(null)
  useEffect(() => {
    asked.current = termsToAccept()
    asked.current.then(setTerms).catch(() => undefined) // it is asked again when the name is sent
  }, [])
  const send: Submit = async ({ first = '', last = '' }) => {
    const wanted = await (asked.current ?? termsToAccept()).catch(termsToAccept)
    if (wanted?.popup === true && !(await showTerms(wanted))) return
    const answer = await call({
      _: 'auth.signUp',
      phoneNumber: at.number,
      phoneCodeHash: at.hash,
      firstName: first.trim(),
      lastName: last.trim(),
    })
    await enter(answer, entered)
  }
  return (
    <Step
      title={at.joining ? t('login.join.title', { server }) : t('login.name.title')}
      text={at.joining ? t('login.join.text') : t('login.name.text')}
      button={t('login.start')}
      send={send}
      below={terms !== null && <TermsNote terms={terms} />}
    >
      {(said) => (
        <>
          <Field
            label={t('login.first')}
            name="first"
            autocomplete="given-name"
            maxLength={64}
            autofocus
            required
            trouble={said}
          />
          <Field label={t('login.last')} name="last" autocomplete="family-name" maxLength={64} />
        </>
      )}
    </Step>
  )
}
