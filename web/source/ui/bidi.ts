/** Directions of writing that others chose, kept from reordering what stands around them. Pure.
 *
 * https://www.unicode.org/reports/tr9/ has the controls: embeddings and overrides end with PDF, isolates with PDI. */

const FIRST_STRONG_ISOLATE = '\u2068'
const POP_ISOLATE = '\u2069'
const NOTHING = '\u200B' // as long as what it replaces, and not seen
const CONTROLS = /[\u202A-\u202E\u2066-\u2069]/gu
const OPENS_ISOLATE = /[\u2066-\u2068]/u

const UNSEEN = /^[\p{Default_Ignorable_Code_Point}\s\u2800]*$/u // the last is Braille of no dots

/** Return a name on one line without controls of direction: nothing in it can turn what follows; '' if nothing of it is seen. */
export function clean(name: string): string {
  const made = name.replace(CONTROLS, '').replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ').trim()
  return UNSEEN.test(made) ? '' : made
}

/** Return a piece for the middle of a sentence, in its own direction. */
export function isolated(piece: string): string {
  return `${FIRST_STRONG_ISOLATE}${clean(piece)}${POP_ISOLATE}`
}

/** Return a text of the same length whose controls all open and close within it. */
export function tamed(text: string): string {
  if (text.search(CONTROLS) < 0) return text
  const open: string[] = []
  const made = text.replace(CONTROLS, (control) => {
    if (control === POP_ISOLATE) {
      const at = open.findLastIndex((one) => OPENS_ISOLATE.test(one))
      if (at < 0) return NOTHING
      open.length = at
    } else if (control === '\u202C') {
      if (open.length === 0 || OPENS_ISOLATE.test(open.at(-1) ?? '')) return NOTHING
      open.pop()
    } else open.push(control)
    return control
  })
  return made
}
