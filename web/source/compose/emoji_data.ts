/** The emoji to choose from, with what they are called in the page's language; read when they are first needed. */

import { language, type Language } from '../words.ts'
import { joined, type Emojis } from './emoji_search.ts'

const read = new Map<Language, Promise<Emojis>>()

async function load(wanted: Language): Promise<Emojis> {
  const [list, words] = await Promise.all([
    import('./emoji/list.json'),
    wanted === 'fr'
      ? import('./emoji/fr.json')
      : wanted === 'ar'
        ? import('./emoji/ar.json')
        : import('./emoji/en.json'),
  ])
  return joined(list.default, words.default)
}

export function loadEmoji(): Promise<Emojis> {
  const wanted = language.peek()
  let found = read.get(wanted)
  if (found === undefined) {
    found = load(wanted)
    found.catch(() => read.delete(wanted))
    read.set(wanted, found)
  }
  return found
}
