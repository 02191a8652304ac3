/** The way to what is drawn of bots, which is loaded when the first is met. */

import { signal } from '@preact/signals'
import { useEffect } from 'preact/hooks'

import type { Place } from '../nav.ts'
import { full } from '../people/full.ts'
import { history, peer } from '../store.ts'
import { moreWords } from '../words.ts'

type Views = typeof import('./views.tsx')

/** What is drawn of bots; null until it is loaded. */
const views = signal<Views | null>(null)

/** Load it, or wait until it is there. */
export async function botViews(): Promise<Views> {
  if (views.peek() === null) {
    const [loaded] = await Promise.all([import('./views.tsx'), moreWords()])
    views.value = loaded
  }
  return views.peek() as Views
}

/** Return what is drawn of bots, loading it where it is `wanted`; null while it is not there. */
export function useBots(wanted: boolean): Views | null {
  useEffect(() => {
    if (wanted) void botViews().catch(() => undefined)
  }, [wanted])
  return wanted ? views.value : null
}

/** Say whether a bot has to do with a conversation: it is one, is in it, or put keys there. */
export function hasBot({ chat, top }: Place): boolean {
  if (peer(chat).value?.bot === true || (full(chat).value?.commands.length ?? 0) > 0) return true
  for (const { below } of history(chat, top).value.messages.values()) if (below !== undefined) return true
  return false
}
