/** The emoji to choose from: their groups, words to find them by, colours of skin. Pure. */

export const GROUPS = ['smileys', 'people', 'nature', 'food', 'travel', 'activities', 'objects', 'symbols', 'flags'] as const
export type GroupName = (typeof GROUPS)[number]

export interface Emoji {
  emoji: string
  name: string
  words: string // its name and what else it is found by, in lower case, each after a blank
  tones: boolean // comes in several colours of skin
}

export interface Emojis {
  groups: { name: GroupName; emojis: Emoji[] }[]
  all: Emoji[]
}

/** Return the emoji of lists as `web/emoji.mjs` makes them: groups, and for all of them in a row name and words. Pure. */
export function joined(groups: readonly string[], words: readonly string[]): Emojis {
  const all: Emoji[] = []
  const made = groups.map((group, at) => {
    const emojis = group.split(' ').map((one): Emoji => {
      const [name = '', ...others] = (words[all.length] ?? '').split('|')
      const tones = one.endsWith('*')
      const emoji = { emoji: tones ? one.slice(0, -1) : one, name, words: ` ${[name, ...others].join(' ').toLowerCase()}`, tones }
      all.push(emoji)
      return emoji
    })
    return { name: GROUPS[at] as GroupName, emojis }
  })
  return { groups: made, all }
}

/** Return the emoji that have a word for each word of a query, those first whose name begins so. Pure. */
export function foundBy(all: readonly Emoji[], query: string, limit: number): Emoji[] {
  const words = query.toLowerCase().split(/[\s_]+/u).filter((word) => word !== '')
  if (words.length === 0) return []
  const found = all.filter((one) => words.every((word) => one.words.includes(` ${word}`)))
  const rank = ({ name }: Emoji): number => {
    const low = name.toLowerCase()
    return low === words.join(' ') ? 0 : low.startsWith(words[0] ?? '') ? 1 : low.includes(` ${words[0]}`) ? 2 : 3
  }
  return found.sort((one, other) => rank(one) - rank(other)).slice(0, limit)
}

export const TONES = ['', '🏻', '🏼', '🏽', '🏾', '🏿'] as const

/** Return an emoji in a colour of skin. Pure. */
export function toned({ emoji, tones }: Emoji, tone: string): string {
  if (!tones || tone === '') return emoji
  return emoji.replaceAll('\uFE0F', '').replace(/\p{Emoji_Modifier_Base}/gu, (base) => base + tone)
}
