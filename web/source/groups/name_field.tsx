/** A public name, looked up while one types. */

import { useEffect, useState } from 'preact/hooks'

import { Refused } from '../api.ts'
import type { PeerId } from '../model/types.ts'
import { about } from '../store.ts'
import { Field } from '../ui/kit.tsx'
import { sentence } from '../ui/refusals.ts'
import { t } from '../words.ts'
import { nameIsFree } from './editing.ts'

const PAUSE_MS = 350 // of typing before the server is asked
const NAME = /^[A-Za-z][A-Za-z0-9_]{4,31}$/

/** Return the beginning of every link of this server. */
export function base(): string {
  const given = about.value?.public_url
  return given === undefined || given === '' ? location.origin : given
}

type State = { is: 'empty' | 'asking' | 'free' | 'own' } | { is: 'wrong'; why: string }

/** What is to be said of a name for a chat; null: one that is still to be made. */
export function useName(chat: PeerId | null, name: string, own: string): State {
  const [state, setState] = useState<State>({ is: 'empty' })
  useEffect(() => {
    if (name === '') return setState({ is: 'empty' })
    if (name === own) return setState({ is: 'own' })
    if (!NAME.test(name)) return setState({ is: 'wrong', why: t('ui.error.USERNAME_INVALID') })
    let current = true
    setState({ is: 'asking' })
    const timer = setTimeout(() => {
      nameIsFree(chat, name).then(
        (free) => current && setState(free ? { is: 'free' } : { is: 'wrong', why: t('ui.error.USERNAME_OCCUPIED') }),
        (error: unknown) => current && setState({ is: 'wrong', why: error instanceof Refused ? sentence(error) : '' }),
      )
    }, PAUSE_MS)
    return () => {
      current = false
      clearTimeout(timer)
    }
  }, [chat, name, own])
  return state
}

export function NameField(props: { value: string; state: State; onInput: (name: string) => void }) {
  const { value, state, onInput } = props
  const hint = state.is === 'free' ? t('groups.name.free') : state.is === 'asking' ? t('groups.name.asking') : t('groups.name.hint')
  return (
    <div class="fields">
      <Field
        label={t('groups.name')}
        name="username"
        value={value}
        maxLength={32}
        hint={state.is === 'wrong' ? undefined : hint}
        trouble={state.is === 'wrong' ? state.why : undefined}
        onInput={(text) => onInput(text.replace(/^@/, '').replace(/^.*\//, ''))}
      />
      {value !== '' && (
        <p class="hint name-link" dir="ltr">
          {base()}/{value}
        </p>
      )}
    </div>
  )
}
