/** What a refusal of the server means to a person, in one sentence. */

import { BUG } from '../engine/protocol.ts'
import { Refused } from '../link.ts'
import { says, t } from '../words.ts'
import { say } from './overlays.tsx'

/** Return a sentence for an error. Words for single errors are `ui.error.<TEXT>`. */
export function sentence(error: unknown): string {
  if (!(error instanceof Refused) || error.code === BUG) return t('ui.error.unknown')
  const name = error.text.replace(/_%d|_\d+/, '').replace(/^CHAT_SEND_\w+_FORBIDDEN$/, 'CHAT_SEND_FORBIDDEN')
  if (name.startsWith('FLOOD_WAIT') || name === 'SLOWMODE_WAIT') {
    return t('ui.error.wait', { n: error.seconds })
  }
  const word = `ui.error.${name}`
  if (says(word)) return t(word)
  return error.code === 0 ? t('ui.error.connection') : t('ui.error.refused', { text: error.text })
}

/** Do something; if it fails, say why. Resolves to whether it succeeded. */
export async function attempt(what: () => Promise<unknown>): Promise<boolean> {
  try {
    await what()
    return true
  } catch (error) {
    if (!(error instanceof Refused)) console.error(error)
    if (!(error instanceof Refused && error.text === 'ABORTED')) say(sentence(error))
    return false
  }
}
