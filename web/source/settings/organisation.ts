/** Connecting the account one is logged in to with an organisation's sign-in. docs/sign-in.md */

import type { Opened } from '../login/links.ts'
import { connecting, organisation, setOut, whyNot, whyNotConnected } from '../login/organisation.ts'
import { confirm, say } from '../ui/overlays.tsx'
import { attempt } from '../ui/refusals.ts'
import { t } from '../words.ts'

/** Ask whether the account shall be connected, and leave for the organisation's page. */
export async function offerConnecting(): Promise<void> {
  const name = organisation() ?? ''
  const question = { title: t('settings.organisation.ask', { name }), text: t('settings.organisation.text', { name }) }
  if (await confirm({ ...question, yes: t('settings.organisation.yes') })) await attempt(() => setOut('connect'))
}

/** Go on with what one left for while one was logged in. */
export async function cameBack(opened: Opened): Promise<void> {
  if (opened.for === 'sign-in-trouble') {
    say(whyNot(opened.token))
    return
  }
  const connect = connecting(opened.token)
  if (connect === null) return
  const name = organisation() ?? ''
  const title = t('settings.organisation.sure', { name })
  if (!(await confirm({ title, yes: t('settings.organisation.yes') }))) return
  try {
    await connect()
    say(t('settings.organisation.done', { name }))
  } catch (error) {
    say(whyNotConnected(error))
  }
}
