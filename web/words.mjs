/** The words of all views as one module a language: `import('words:fr')`. */

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

/** Leave out what is said where there is no page. */
function ofThePage(all) {
  return Object.fromEntries(Object.entries(all).filter(([key]) => !key.startsWith('floor.')))
}

export function words() {
  return {
    name: 'words',
    setup(made) {
      made.onResolve({ filter: /^words:/ }, ({ path }) => ({ path: path.slice(6), namespace: 'words' }))
      made.onLoad({ filter: /.*/, namespace: 'words' }, ({ path }) => ({
        contents: JSON.stringify(ofThePage(gathered(path))),
        loader: 'json',
      }))
    },
  }
}
