/** Ways in for who lost their device: a code on paper, and the operator's link. docs/a-way-back.md */

import { call, Refused } from '../api.ts'
import type { Answer } from '../link.ts'

type Authorization = Answer<'auth.importWebTokenAuthorization'>

/** Log in by a code or a link; rejects with `Refused`. */
export function enterBy(kind: 'recovery' | 'reentry', token: string): Promise<Authorization> {
  const webAuthToken = `${kind}:${token}`
  return call({ _: 'auth.importWebTokenAuthorization', apiId: 1, apiHash: 'chappe', webAuthToken })
}

/** Return how many seconds an operator's link still waits; 0 if that is not why it was refused. */
export function waitOf(error: unknown): number {
  return error instanceof Refused && /^2FA_CONFIRM_WAIT_/.test(error.text)
    ? error.seconds || Number(/\d+$/.exec(error.text)?.[0] ?? 0)
    : 0
}
