/** A form that asks for one thing. */

import type { ComponentChildren, TargetedEvent } from 'preact'
import { useState } from 'preact/hooks'

import { Button } from '../ui/kit.tsx'
import { trouble } from './stage.ts'

export type Submit = (fields: Record<string, string>) => Promise<void>

/** A form that shows one step, sends its fields, and says what was refused under the first of them. */
export function Step(props: {
  title: string
  text?: string
  button: string
  send: Submit
  children: (trouble: string) => ComponentChildren
  below?: ComponentChildren
}) {
  const [said, setSaid] = useState('')
  const [busy, setBusy] = useState(false)
  const submit = (event: TargetedEvent<HTMLFormElement>): void => {
    event.preventDefault()
    const fields = Object.fromEntries(new FormData(event.currentTarget)) as Record<string, string>
    setBusy(true)
    setSaid('')
    props
      .send(fields)
      .catch((error: unknown) => setSaid(trouble(error)))
      .finally(() => setBusy(false))
  }
  return (
    <form class="login-step" onSubmit={submit} noValidate>
      <h1>{props.title}</h1>
      {props.text && (
        <p class="login-text" role="status">
          {props.text}
        </p>
      )}
      {props.children(said)}
      <Button submit busy={busy}>
        {props.button}
      </Button>
      {props.below}
    </form>
  )
}
