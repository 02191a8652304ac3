/** Make the emoji to choose from, with words to find them by: `node emoji.mjs FOLDER` with the packages in its node_modules.
 *
 * Order and groups are Unicode's own (emojibase-data 17, MIT); names and words are those of CLDR (cldr-annotations-full and
 * cldr-annotations-derived-full 48, Unicode-3.0). What is made is committed: it changes when Unicode does. */

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const from = process.argv[2]
if (from === undefined) throw new Error('say where the packages are: node emoji.mjs FOLDER')
const OUT = join('source', 'compose', 'emoji')
const NEWEST = 15 // the version of Unicode's emoji that systems of the last years can draw
const COMPONENT = 2 // the group of skin tones and hair, which are no emoji by themselves
const WORDS_MAX = 9 // beside the name
const TONES = ['🏻', '🏼', '🏽', '🏾', '🏿']

const read = (...path) => JSON.parse(readFileSync(join(from, 'node_modules', ...path), 'utf8'))
const all = read('emojibase-data', 'en', 'data.json').filter(
  ({ group, version }) => group !== undefined && group !== COMPONENT && version <= NEWEST,
)
for (const one of all) one.emoji = one.emoji.replace(/(\p{Emoji_Presentation})\uFE0F/gu, '$1') // a picture already
all.sort((one, other) => one.order - other.order)

/** The rule by which the client makes tones; `*` marks emoji of which it makes the right ones. */
const toned = (emoji, tone) => emoji.replaceAll('\uFE0F', '').replace(/\p{Emoji_Modifier_Base}/gu, (base) => base + tone)
const takesTones = ({ emoji, skins = [] }) =>
  TONES.every((tone, at) => skins.some((skin) => skin.tone === at + 1 && skin.emoji.replaceAll('\uFE0F', '') === toned(emoji, tone)))

const groups = []
for (const one of all) (groups[one.group] ??= []).push(one.emoji + (takesTones(one) ? '*' : ''))
mkdirSync(OUT, { recursive: true })
writeFileSync(join(OUT, 'list.json'), JSON.stringify(groups.filter((group) => group !== undefined).map((group) => group.join(' ')), null, 1) + '\n')

for (const language of ['en', 'fr', 'ar']) {
  const plain = read('cldr-annotations-full', 'annotations', language, 'annotations.json').annotations.annotations
  const derived = read('cldr-annotations-derived-full', 'annotationsDerived', language, 'annotations.json').annotationsDerived.annotations
  const lines = all.map(({ emoji, label }) => {
    const bare = emoji.replaceAll('\uFE0F', '')
    const found = plain[emoji] ?? plain[bare] ?? derived[emoji] ?? derived[bare]
    const name = found?.tts?.[0] ?? label
    const inName = new Set(name.toLowerCase().split(/\s+/))
    const words = [...new Set((found?.default ?? []).flatMap((word) => word.toLowerCase().split(/[\s|]+/)))]
    return [name, ...words.filter((word) => !inName.has(word)).slice(0, WORDS_MAX)].join('|')
  })
  const missing = lines.filter((line, at) => language !== 'en' && line === all[at].label).length
  console.log(language, lines.length, 'names,', missing, 'of them English')
  writeFileSync(join(OUT, `${language}.json`), JSON.stringify(lines, null, 0).replaceAll('","', '",\n"') + '\n')
}
