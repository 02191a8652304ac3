/** The parts every view is made of: buttons, fields, switches, rows, panels. */

import type { ComponentChildren, TargetedMouseEvent } from 'preact'
import { useEffect, useId, useRef } from 'preact/hooks'

import { back } from '../nav.ts'
import { t } from '../words.ts'
import { Icon, type IconName } from './icons.tsx'

type Press = (event: TargetedMouseEvent<HTMLButtonElement>) => void

/** A button that shows only an icon; its name is read out and shown as a hint. */
export function IconButton(props: {
  icon: IconName
  label: string
  onPress: Press
  class?: string
  pressed?: boolean
  expanded?: boolean
  disabled?: boolean
}) {
  const { icon, label, onPress, pressed, expanded, disabled } = props
  return (
    <button
      type="button"
      class={`icon-button ${props.class ?? ''}`}
      aria-label={label}
      title={label}
      aria-pressed={pressed}
      aria-expanded={expanded}
      disabled={disabled}
      onClick={onPress}
    >
      <Icon name={icon} />
    </button>
  )
}

export function Button(props: {
  children: ComponentChildren
  onPress?: Press
  kind?: 'primary' | 'plain' | 'danger'
  submit?: boolean
  disabled?: boolean
  busy?: boolean
}) {
  const { children, onPress, kind = 'primary', submit = false, disabled, busy = false } = props
  return (
    <button
      type={submit ? 'submit' : 'button'}
      class={`button button-${kind}`}
      disabled={disabled === true || busy}
      aria-busy={busy}
      onClick={onPress}
    >
      {busy && <Spinner />}
      <span>{children}</span>
    </button>
  )
}

interface FieldProps {
  label: string
  name: string
  hint?: string | undefined
  trouble?: string | undefined
  type?: 'text' | 'password' | 'tel' | 'email' | 'search' | 'number' | 'date' | 'datetime-local'
  autocomplete?: string
  inputMode?: 'numeric' | 'tel' | 'email' | 'text'
  autofocus?: boolean
  required?: boolean
  maxLength?: number
  defaultValue?: string
  value?: string
  placeholder?: string
  onInput?: (text: string) => void
}

/** A labelled field; `hint` and `trouble` are read with it. */
export function Field(props: FieldProps) {
  const { label, name, hint, trouble, onInput, autofocus = false, ...rest } = props
  const id = useId()
  const input = useRef<HTMLInputElement>(null)
  useEffect(() => {
    if (autofocus) input.current?.focus()
  }, [])
  const about = [hint && `${id}-hint`, trouble && `${id}-trouble`].filter(Boolean).join(' ')
  return (
    <div class={trouble ? 'field field-trouble' : 'field'}>
      <label for={id}>{label}</label>
      <input
        {...(rest as object)}
        ref={input}
        onInput={(event) => onInput?.(event.currentTarget.value)}
        id={id}
        name={name}
        dir="auto"
        aria-describedby={about || undefined}
        aria-invalid={trouble ? true : undefined}
      />
      {hint && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {trouble && (
        <p class="trouble" role="alert" id={`${id}-trouble`}>
          {trouble}
        </p>
      )}
    </div>
  )
}

/** A setting that is on or off. */
export function Switch(props: {
  label: string
  hint?: string
  on: boolean
  disabled?: boolean
  onChange: (on: boolean) => void
}) {
  const { label, hint, on, disabled, onChange } = props
  return (
    <label class="switch-row">
      <span class="row-text">
        <span class="row-title">{label}</span>
        {hint !== undefined && <span class="row-note">{hint}</span>}
      </span>
      <input
        type="checkbox"
        role="switch"
        checked={on}
        disabled={disabled}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
    </label>
  )
}

/** A line of a list that does something or leads somewhere. */
export function Row(props: {
  icon?: IconName
  before?: ComponentChildren
  title: ComponentChildren
  note?: ComponentChildren
  after?: ComponentChildren
  danger?: boolean
  current?: boolean
  onPress?: Press
}) {
  const { icon, before, title, note, after, danger, current, onPress } = props
  const inside = (
    <>
      {icon !== undefined && <Icon name={icon} />}
      {before}
      <span class="row-text">
        <span class="row-title" dir="auto">
          {title}
        </span>
        {note !== undefined && (
          <span class="row-note" dir="auto">
            {note}
          </span>
        )}
      </span>
      {after}
    </>
  )
  const name = `row${danger === true ? ' row-danger' : ''}${icon === undefined ? '' : ' row-setting'}`
  if (onPress === undefined) return <div class={name}>{inside}</div>
  return (
    <button type="button" class={name} aria-current={current === true ? 'true' : undefined} onClick={onPress}>
      {inside}
    </button>
  )
}

export function Spinner({ label }: { label?: string }) {
  return (
    <span class="spinner" role={label === undefined ? undefined : 'status'} aria-label={label}>
      <svg viewBox="0 0 24 24" aria-hidden="true">
        <circle cx="12" cy="12" r="9" />
      </svg>
    </span>
  )
}

/** How far something is, 0 to 1, as a ring. */
export function Ring({ part, label }: { part: number; label: string }) {
  const around = 2 * Math.PI * 9
  return (
    <span
      class="ring"
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(part * 100)}
    >
      <svg viewBox="0 0 24 24" aria-hidden="true">
        <circle cx="12" cy="12" r="9" stroke-dasharray={`${around * Math.max(part, 0.03)} ${around}`} />
      </svg>
    </span>
  )
}

/** A panel over the list or beside the chat: a head with the way back, and what scrolls under it.
 *
 * `wordsOnly`: nothing in it can be pressed, so that it takes the focus itself and is scrolled by keys. */
export function PanelFrame(props: {
  title: string
  wordsOnly?: boolean
  actions?: ComponentChildren
  children: ComponentChildren
}) {
  const id = useId()
  const panel = useRef<HTMLElement>(null)
  useEffect(() => {
    // whoever opened it by the keyboard goes on in it
    if (panel.current?.contains(document.activeElement) === false) document.getElementById(id)?.focus({ preventScroll: true })
  }, [])
  return (
    <section class="panel" aria-labelledby={id} ref={panel}>
      <header class="panel-head">
        <IconButton icon="back" label={t('ui.back')} onPress={back} class="mirrors" />
        <h2 id={id} tabIndex={-1}>
          <bdi>{props.title}</bdi>
        </h2>
        {props.actions}
      </header>
      <div class="panel-body" {...(props.wordsOnly === true && { tabIndex: 0, role: 'group', 'aria-labelledby': id })}>
        {props.children}
      </div>
    </section>
  )
}

/** A group of rows under a heading. */
export function Group({ title, hint, children }: { title?: string; hint?: string; children: ComponentChildren }) {
  return (
    <section class="group">
      {title !== undefined && <h3>{title}</h3>}
      {children}
      {hint !== undefined && <p class="hint">{hint}</p>}
    </section>
  )
}

export function Empty({ icon, title, note }: { icon: IconName; title: string; note?: string }) {
  return (
    <div class="empty">
      <Icon name={icon} />
      <p class="empty-title">{title}</p>
      {note !== undefined && <p class="hint">{note}</p>}
    </div>
  )
}
