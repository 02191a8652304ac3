/** What the log-in asks for at the moment, and how it goes on. */

import type { tl } from '@mtcute/core'
import { signal } from '@preact/signals'

import { call, link, Refused } from '../api.ts'
import type { Plain } from '../engine/plain.ts'
import { sentence } from '../ui/refusals.ts'
import { says, t } from '../words.ts'

export type SentCode = Extract<Plain<tl.auth.TypeSentCode>, { _: 'auth.sentCode' }>
export type Authorization = Plain<tl.auth.TypeAuthorization>

/** What is asked for at the moment. */
export type Stage =
  | { is: 'number'; said?: string } // said: why another way did not lead in
  | { is: 'code'; number: string; sent: SentCode }
  | { is: 'name'; number: string; hash: string; joining: boolean }
  | { is: 'password'; hint: string }
  | { is: 'qr' }
  | { is: 'recovery' }

export const stage = signal<Stage>({ is: 'number' })

/** Return a refusal of the log-in in one sentence. */
export function trouble(error: unknown): string {
  const word = error instanceof Refused ? `login.error.${error.text}` : ''
  return says(word) ? t(word) : sentence(error)
}

/** Let somebody in whom the server knows; `entered` goes on with the chats. */
export async function enter(given: Authorization, entered: () => Promise<void>): Promise<void> {
  await link.ask('entered', given)
  await entered()
}

/** Ask for the second password. */
export async function askPassword(): Promise<void> {
  const asked = await call({ _: 'account.getPassword' })
  stage.value = { is: 'password', hint: asked.hint ?? '' }
}

/** Start from the beginning: somebody logged out, as is `said`. */
export function restartLogin(said: string): void {
  stage.value = { is: 'number', said }
}
