/** Which files and messages hold a receipt of the public log: https://c2sp.org/tlog-proof. Pure. */

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
