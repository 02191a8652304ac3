/** The words of the views as two modules a language: `import('words:fr')`, and `import('words:later-fr')` for what is seldom opened. */

import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/** Return what a language's view files hold, `<folder>/words/<language>.json`, with the folder before each key. */
export function gathered(language) {
  const all = {}
  for (const folder of readdirSync('source', { withFileTypes: true })) {
    if (!folder.isDirectory()) continue
    const path = join('source', folder.name, 'words', `${language}.json`)
    let text
    try {
      text = readFileSync(path, 'utf8')
    } catch {
      continue
    }
    for (const [key, said] of Object.entries(JSON.parse(text))) all[`${folder.name}.${key}`] = said
  }
  return all
}

const LATER = new Set(['bots', 'head', 'trust', 'verdict']) // folders whose views load their words with themselves
const ELSEWHERE = 'floor' // is said where there is no page

/** Return the words of one of the two modules. */
function partOf(all, later) {
  const folderOf = (key) => key.split('.')[0]
  return Object.fromEntries(Object.entries(all).filter(([key]) => folderOf(key) !== ELSEWHERE && LATER.has(folderOf(key)) === later))
}

export function words() {
  return {
    name: 'words',
    setup(made) {
      made.onResolve({ filter: /^words:/ }, ({ path }) => ({ path: path.slice(6), namespace: 'words' }))
      made.onLoad({ filter: /.*/, namespace: 'words' }, ({ path }) => {
        const later = path.startsWith('later-')
        return { contents: JSON.stringify(partOf(gathered(later ? path.slice(6) : path), later)), loader: 'json' }
      })
    },
  }
}
