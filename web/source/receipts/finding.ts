/** Which files and messages hold a receipt of the public log: https://c2sp.org/tlog-proof. Pure. */

import { SERVICE, type Message } from '../model/types.ts'

const FIRST = 'c2sp.org/tlog-proof@v1' // line of a receipt
const ENDING = '.tlog-proof' // of a file that is one
const BYTES_MAX = 768 * 1024 // of a receipt

/** Say whether a file is a receipt, by what it is called. */
export function isReceipt({ name, size }: { name: string; size: number }): boolean {
  return name.endsWith(ENDING) && size <= BYTES_MAX
}

/** Return the receipt that stands in a text; null if none does. */
export function receiptIn(text: string): string | null {
  const at = text.indexOf(`${FIRST}\n`)
  return at < 0 ? null : `${text.slice(at).trimEnd()}\n`
}

const LETTER_FILE = 'decision.tlog-proof' // what the receipt of a decision about somebody is called
const APPEAL_LINK = /^https?:\/\/[^/]+\/appeal\/[1-9][0-9]*-[0-9a-f]{32}$/

/** Say whether a message of the service tells somebody of a decision about them, against which they may appeal. */
export function isDecision({ from, out, media, text, entities }: Pick<Message, 'from' | 'out' | 'media' | 'text' | 'entities'>): boolean {
  if (from !== SERVICE || out) return false
  if (media?.is === 'document' && media.document.name === LETTER_FILE) return true
  return entities.some(({ offset, length }) => APPEAL_LINK.test(text.slice(offset, offset + length)))
}
