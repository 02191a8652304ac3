/** The words of the views in the person's language: `t('chats.search')`, plural forms by `Intl.PluralRules`. */

import { signal } from '@preact/signals'

import { choice, choose } from './kept/device.ts'
import type bots from './bots/words/en.json'
import type chats from './chats/words/en.json'
import type compose from './compose/words/en.json'
import type groups from './groups/words/en.json'
import type head from './head/words/en.json'
import type historyWords from './history/words/en.json'
import type login from './login/words/en.json'
import type media from './media/words/en.json'
import type people from './people/words/en.json'
import type receipts from './receipts/words/en.json'
import type search from './search/words/en.json'
import type settings from './settings/words/en.json'
import type terms from './terms/words/en.json'
import type trust from './trust/words/en.json'
import type ui from './ui/words/en.json'
import type verdict from './verdict/words/en.json'

type In<Folder extends string, Words> = `${Folder}.${keyof Words & string}`
export type Word =
  | In<'bots', typeof bots>
  | In<'chats', typeof chats>
  | In<'compose', typeof compose>
  | In<'groups', typeof groups>
  | In<'head', typeof head>
  | In<'history', typeof historyWords>
  | In<'login', typeof login>
  | In<'media', typeof media>
  | In<'people', typeof people>
  | In<'receipts', typeof receipts>
  | In<'search', typeof search>
  | In<'settings', typeof settings>
  | In<'terms', typeof terms>
  | In<'trust', typeof trust>
  | In<'ui', typeof ui>
  | In<'verdict', typeof verdict>

type Said = string | Partial<Record<Intl.LDMLPluralRule, string>>

export const LANGUAGES = { en: 'English', fr: 'Français', ar: 'العربية' } as const
export type Language = keyof typeof LANGUAGES
const RIGHT_TO_LEFT: readonly Language[] = ['ar']
const CHOICE = 'language' // in localStorage: a choice of this device, nothing of a chat

export const language = signal<Language>('en')
let words: Record<string, Said> = {}
let all = false // those of views that are seldom opened, too
let plurals = new Intl.PluralRules('en')

async function fetched(wanted: Language): Promise<Record<string, Said>> {
  const made = await (wanted === 'fr'
    ? import('words:fr')
    : wanted === 'ar'
      ? import('words:ar')
      : import('words:en'))
  return made.default
}

async function fetchedLater(wanted: Language): Promise<Record<string, Said>> {
  const made = await (wanted === 'fr'
    ? import('words:later-fr')
    : wanted === 'ar'
      ? import('words:later-ar')
      : import('words:later-en'))
  return made.default
}

/** Load the words of views that are seldom opened: before one of them is drawn. */
export async function moreWords(): Promise<void> {
  all = true
  words = { ...words, ...(await fetchedLater(language.peek())) }
}

/** Return the language chosen on this device, or the browser's where we speak it. */
function preferred(): Language {
  const wanted = [choice(CHOICE), ...navigator.languages]
  for (const one of wanted) {
    const short = one?.split('-')[0]
    if (short !== undefined && short in LANGUAGES) return short as Language
  }
  return 'en'
}

/** Load the words of a language, or of the preferred one, and turn the page to its direction. */
export async function speak(wanted?: Language): Promise<void> {
  const next = wanted ?? preferred()
  if (wanted !== undefined) choose(CHOICE, wanted)
  words = { ...(await fetched(next)), ...(all ? await fetchedLater(next) : {}) }
  plurals = new Intl.PluralRules(next)
  document.documentElement.lang = next
  document.documentElement.dir = RIGHT_TO_LEFT.includes(next) ? 'rtl' : 'ltr'
  language.value = next
}

/** Return a sentence. `{name}` in it is replaced; `n` chooses the plural form and is `{n}`. */
export function t(word: Word, values: Record<string, string | number> = {}): string {
  const said = words[word] ?? word
  const { n } = values
  const form =
    typeof said === 'string'
      ? said
      : (said[plurals.select(Number(n ?? 0))] ?? said.other ?? word)
  return form.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name]
    if (value === undefined) return whole
    return typeof value === 'number' ? value.toLocaleString(language.peek()) : value
  })
}

/** Say whether there is such a word; for keys that come from the API. */
export function says(word: string): word is Word {
  return word in words
}
