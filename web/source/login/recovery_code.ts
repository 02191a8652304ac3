/** The letters of a recovery code, and the check letter that notices a slip. docs/a-way-back.md. Pure. */

const LETTERS = 'ABCDEFGHJKMNPQRSTUVWXYZ'
const CODE_LETTERS = 30

/** Return a typed recovery code as the server takes it; null if a letter of it must be wrong. Pure. */
export function recoveryCode(typed: string): string | null {
  const bare = typed.toUpperCase().replace(/[^A-Z]/g, '')
  if (bare.length !== CODE_LETTERS) return null
  let sum = 0
  for (const letter of bare.slice(0, -1)) {
    const at = LETTERS.indexOf(letter)
    if (at < 0) return null
    sum = ((sum + at) * 5) % LETTERS.length
  }
  return LETTERS[sum] === bare.at(-1) ? bare : null
}
