/** What the oldest browsers of the floor lack of the language's library, given to them before anything else runs. */

AbortSignal.prototype.throwIfAborted ??= function (this: AbortSignal) {
  if (this.aborted) throw this.reason ?? new DOMException('it was called off', 'AbortError') // Chrome 92 to 99
}

Array.prototype.findLast ??= function <T>(this: T[], wanted: (one: T, at: number, all: T[]) => unknown): T | undefined {
  for (let at = this.length - 1; at >= 0; at--) {
    const one = this[at] as T
    if (wanted(one, at, this)) return one // Chrome 92 to 96
  }
  return undefined
}

Object.hasOwn ??= (of: object, key: PropertyKey) => Object.prototype.hasOwnProperty.call(of, key) // Chrome 92
