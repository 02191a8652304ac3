/** Choices of this device, nothing of a chat: in localStorage, or for as long as the page lives where that is refused. */

const meanwhile = new Map<string, string>()

/** Return what was chosen; null if nothing was. */
export function choice(name: string): string | null {
  try {
    return localStorage.getItem(name) ?? meanwhile.get(name) ?? null
  } catch {
    return meanwhile.get(name) ?? null
  }
}

export function choose(name: string, value: string): void {
  meanwhile.set(name, value)
  try {
    localStorage.setItem(name, value)
  } catch {
    // refused, or full: it lasts as long as the page
  }
}

export function unchoose(name: string): void {
  meanwhile.delete(name)
  try {
    localStorage.removeItem(name)
  } catch {
    // nothing is there
  }
}
