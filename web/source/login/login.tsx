/** Logging in: by number or address and code, by an invitation with a name alone, and the second password. */

import { signal } from '@preact/signals'
import type { ComponentChildren, TargetedEvent } from 'preact'
import { useState } from 'preact/hooks'

import { call, link, Refused } from '../api.ts'
import { about } from '../store.ts'
import type { Plain } from '../engine/plain.ts'
import type { tl } from '@mtcute/core'
import { Button, Field } from '../ui/kit.tsx'
import { say } from '../ui/overlays.tsx'
import { attempt, sentence } from '../ui/refusals.ts'
import { dateAndTime } from '../ui/times.ts'
import { says, t } from '../words.ts'
import { Mark } from '../ui/mark.tsx'
import { enterByPasskey, gaveUp, knowsPasskeys } from './passkeys.ts'
import { QrStep } from './qr_later.tsx'
import { enterBy, waitOf } from './recovery.ts'
import { recoveryCode } from './recovery_code.ts'

type SentCode = Extract<Plain<tl.auth.TypeSentCode>, { _: 'auth.sentCode' }>
type Authorization = Plain<tl.auth.TypeAuthorization>

/** What is asked for at the moment. */
type Stage =
  | { is: 'number'; said?: string } // said: why another way did not lead in
  | { is: 'code'; number: string; sent: SentCode }
  | { is: 'name'; number: string; hash: string; joining: boolean }
  | { is: 'password'; hint: string }
  | { is: 'qr' }
  | { is: 'recovery' }

const LINK = /^#(join|reentry)=([\w-]{16,})$/
const stage = signal<Stage>({ is: 'number' })

/** What a link that was opened is for, and its token. */
export interface Opened {
  for: 'join' | 'reentry'
  token: string
}

/** Return the link in the address, and take it out of there: a token belongs into no history. */
export function openedLink(): Opened | null {
  const [, purpose, token] = LINK.exec(location.hash) ?? []
  if (purpose === undefined || token === undefined) return null
  history.replaceState(null, '', location.pathname)
  return { for: purpose as Opened['for'], token }
}

function trouble(error: unknown): string {
  const word = error instanceof Refused ? `login.error.${error.text}` : ''
  return says(word) ? t(word) : sentence(error)
}

/** Let somebody in whom the server knows; `entered` goes on with the chats. */
export async function enter(given: Authorization, entered: () => Promise<void>): Promise<void> {
  await link.ask('entered', given)
  await entered()
}

/** Begin with an invitation instead of a number; if it does not open, say why where one logs in otherwise. */
export async function joinBy(token: string): Promise<void> {
  try {
    await open(token)
  } catch (error) {
    stage.value = { is: 'number', said: trouble(error) }
  }
}

async function open(token: string): Promise<void> {
  const number = `join:${token}`
  const sent = (await call({
    _: 'auth.sendCode',
    phoneNumber: number,
    apiId: 1,
    apiHash: 'chappe',
    settings: { _: 'codeSettings' },
  })) as SentCode
  stage.value = { is: 'name', number, hash: sent.phoneCodeHash, joining: true }
}

/** Ask for the second password. */
async function askPassword(): Promise<void> {
  const asked = await call({ _: 'account.getPassword' })
  stage.value = { is: 'password', hint: asked.hint ?? '' }
}

/** Log in by a code or link; what is asked for besides, or refused, is shown. */
async function enterByToken(kind: 'recovery' | 'reentry', token: string, entered: () => Promise<void>): Promise<void> {
  try {
    await enter(await enterBy(kind, token), entered)
  } catch (error) {
    if (!(error instanceof Refused) || error.text !== 'SESSION_PASSWORD_NEEDED') throw error
    await askPassword()
  }
}

/** Begin with the operator's link back in; while it waits, say until when. */
export async function comeBack(token: string, entered: () => Promise<void>): Promise<void> {
  try {
    await enterByToken('reentry', token, entered)
  } catch (error) {
    const wait = waitOf(error)
    const date = dateAndTime(Date.now() / 1000 + wait)
    stage.value = { is: 'number', said: wait > 0 ? t('login.reentry.wait', { date }) : trouble(error) }
  }
}

function RecoveryStep({ entered }: { entered: () => Promise<void> }) {
  const send: Submit = async ({ code = '' }) => {
    const letters = recoveryCode(code)
    if (letters === null) throw new Refused({ text: 'RECOVERY_SLIP', code: 0 })
    await enterByToken('recovery', letters, entered)
  }
  return (
    <Step
      title={t('login.recovery.title')}
      text={t('login.recovery.text')}
      button={t('login.login')}
      send={send}
      below={
        <Button kind="plain" onPress={() => (stage.value = { is: 'number' })}>
          {t('login.number')}
        </Button>
      }
    >
      {(said) => (
        <Field label={t('login.recovery.field')} name="code" autocomplete="off" autofocus required trouble={said} />
      )}
    </Step>
  )
}

type Submit = (fields: Record<string, string>) => Promise<void>

/** A form that shows one step, sends its fields, and says what was refused under the first of them. */
function Step(props: {
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

function NumberStep({ said: before = '', entered }: { said?: string; entered: () => Promise<void> }) {
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
        <Field
          label={t('login.identifier')}
          name="number"
          autocomplete="tel"
          autofocus
          required
          hint={t('login.identifier.hint')}
          trouble={said}
        />
      )}
    </Step>
  )
}

function CodeStep({ at, entered }: { at: Extract<Stage, { is: 'code' }>; entered: () => Promise<void> }) {
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

function NameStep({ at, entered }: { at: Extract<Stage, { is: 'name' }>; entered: () => Promise<void> }) {
  const server = about.value?.name ?? 'Chappe'
  const send: Submit = async ({ first = '', last = '' }) => {
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

function PasswordStep({ hint, entered }: { hint: string; entered: () => Promise<void> }) {
  return (
    <Step
      title={t('login.password.title')}
      text={t('login.password.text')}
      button={t('login.login')}
      send={async ({ password = '' }) => enter(await link.ask('password', password), entered)}
    >
      {(said) => (
        <Field
          label={t('login.password')}
          name="password"
          type="password"
          autocomplete="current-password"
          autofocus
          required
          hint={hint === '' ? undefined : t('login.password.hint', { hint })}
          trouble={said}
        />
      )}
    </Step>
  )
}

/** Start from the beginning: somebody logged out, as is `said`. */
export function restartLogin(said: string): void {
  stage.value = { is: 'number', said }
}

export function Login({ entered }: { entered: () => Promise<void> }) {
  const at = stage.value
  return (
    <main class="login">
      <div class="login-card">
        <Mark />
        {at.is === 'number' && <NumberStep said={at.said ?? ''} entered={entered} />}
        {at.is === 'recovery' && <RecoveryStep entered={entered} />}
        {at.is === 'qr' && (
          <>
            <QrStep
              accepted={(given) => enter(given, entered)}
              password={askPassword}
              failed={(error) => say(trouble(error))}
            />
            <Button kind="plain" onPress={() => (stage.value = { is: 'number' })}>
              {t('login.number')}
            </Button>
          </>
        )}
        {at.is === 'code' && <CodeStep at={at} entered={entered} />}
        {at.is === 'name' && <NameStep at={at} entered={entered} />}
        {at.is === 'password' && <PasswordStep hint={at.hint} entered={entered} />}
      </div>
    </main>
  )
}
