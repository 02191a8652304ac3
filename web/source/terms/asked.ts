/** The terms of use: whether somebody has to accept any, and what they answer. */

import type { tl } from '@mtcute/core'

import { call } from '../api.ts'
import type { Plain } from '../engine/plain.ts'
import { logOut } from '../settings/leaving.ts'
import { confirm } from '../ui/overlays.tsx'
import { t } from '../words.ts'

export type Terms = Plain<tl.help.TypeTermsOfService>

/** Return the terms that were not accepted: those in force, before anybody is logged in. Null: there are none. */
export async function termsToAccept(): Promise<Terms | null> {
  const answer = await call({ _: 'help.getTermsOfServiceUpdate' })
  return answer._ === 'help.termsOfServiceUpdate' ? answer.termsOfService : null
}

/** Show terms, and have them accepted or not; with `plain` they are read and nothing is asked. */
export async function showTerms(terms: Terms, plain = false): Promise<boolean> {
  const { openTerms } = await import('./dialog.tsx')
  return openTerms(terms, plain)
}

/** Have who is logged in accept terms that changed, or leave: until then they do not get on. */
export async function followTerms(): Promise<void> {
  const terms = await termsToAccept()
  while (terms !== null) {
    if (await showTerms(terms)) {
      await call({ _: 'help.acceptTermsOfService', id: terms.id })
      return
    }
    const gone = { title: t('terms.decline.title'), text: t('terms.decline.text'), yes: t('terms.decline.yes') }
    if (await confirm({ ...gone, danger: true })) {
      await call({ _: 'account.deleteAccount', reason: 'Decline ToS update' })
      await logOut()
      return
    }
  }
}
