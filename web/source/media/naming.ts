/** What a file's name says. Pure. */

/** Return the end of a file's name that says what it is: PDF. */
export function ending(name: string): string {
  const found = /\.([\p{L}\p{N}]{1,5})$/u.exec(name)
  return found?.[1]?.toUpperCase() ?? ''
}
