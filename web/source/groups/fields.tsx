/** Parts of forms that groups and people need beside those of the kit: longer texts, one of several, a foot. */

import type { ComponentChildren } from 'preact'
import { useId } from 'preact/hooks'

import { Button } from '../ui/kit.tsx'

/** A labelled field of several lines, with how much room is left. */
export function Area(props: {
  label: string
  value: string
  max: number
  rows?: number
  hint?: string
  onInput: (text: string) => void
}) {
  const { label, value, max, rows = 3, hint, onInput } = props
  const id = useId()
  const left = max - value.length
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <textarea
        id={id}
        rows={rows}
        dir="auto"
        maxLength={max}
        value={value}
        aria-describedby={`${id}-hint`}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
      <p class="hint field-hint" id={`${id}-hint`}>
        <span>{hint ?? ''}</span>
        {left < max / 4 && <span>{left}</span>}
      </p>
    </div>
  )
}

export interface Choice<Value> {
  value: Value
  label: string
  note?: string
}

/** One of several, under a heading. */
export function Choices<Value extends string | number>(props: {
  title: string
  choices: readonly Choice<Value>[]
  chosen: Value
  hint?: string
  disabled?: boolean
  onChange: (value: Value) => void
}) {
  const { title, choices, chosen, hint, disabled = false, onChange } = props
  const name = useId()
  return (
    <fieldset class="group choices" disabled={disabled}>
      <legend>{title}</legend>
      {choices.map(({ value, label, note }) => (
        <label key={value} class="choice">
          <input type="radio" name={name} checked={value === chosen} onChange={() => onChange(value)} />
          <span class="row-text">
            <span>{label}</span>
            {note !== undefined && <span class="hint">{note}</span>}
          </span>
        </label>
      ))}
      {hint !== undefined && <p class="hint">{hint}</p>}
    </fieldset>
  )
}

/** A thing that is on or off in a list of such: a right, a permission. */
export function Check(props: {
  label: string
  note?: string
  on: boolean
  disabled?: boolean
  onChange: (on: boolean) => void
}) {
  const { label, note, on, disabled = false, onChange } = props
  return (
    <label class="choice">
      <input type="checkbox" checked={on} disabled={disabled} onChange={(event) => onChange(event.currentTarget.checked)} />
      <span class="row-text">
        <span>{label}</span>
        {note !== undefined && <span class="hint">{note}</span>}
      </span>
    </label>
  )
}

/** A panel's form: what is asked, and under it the button that does it, always in sight. */
export function PanelForm(props: {
  button: string
  busy?: boolean
  disabled?: boolean
  onSubmit: () => void
  children: ComponentChildren
}) {
  return (
    <form
      class="panel-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        if (props.disabled !== true && props.busy !== true) props.onSubmit()
      }}
    >
      <div class="panel-form-body">{props.children}</div>
      <div class="form-foot">
        <Button submit busy={props.busy ?? false} disabled={props.disabled ?? false}>
          {props.button}
        </Button>
      </div>
    </form>
  )
}

/** Stretches of time somebody may be kept from something, as choices; 0: for ever. */
export const DAY_S = 86_400
export const SPANS = [0, 3_600, DAY_S, 7 * DAY_S, 30 * DAY_S] as const
