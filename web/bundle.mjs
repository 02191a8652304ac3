/** The page as one file, and what is opened later as files of their own, which take the page's modules from it.
 *
 * esbuild alone would cut the page wherever a later file shares a module with it: some sixty files before the first chat. Here all
 * that the page needs at once is in one, which offers its modules by name (`globalThis.chappe`); later files take them from there.
 * So a name is bound when a later file is loaded, and what it names may not be assigned anew. */

import { readFileSync } from 'node:fs'
import { relative, resolve, sep } from 'node:path'
import { build } from 'esbuild'

import { words } from './words.mjs'

const OWN_RESOLVING = 'own resolving' // marks what this file asks of esbuild, which asks its plugins in turn
const TAKEN = /["'`]([^"'`\s]+#[\w$]+)["'`]/g

/** Return the name esbuild gives a resolved module in its own lists. */
function keyOf({ path, namespace }) {
  return namespace === 'file' ? relative('.', path).split(sep).join('/') : `${namespace}:${path}`
}

/** Return the modules a page needs at once, and those that are imported when they are needed. */
function divided({ inputs }, entry) {
  const first = new Set([entry])
  for (const key of first) for (const { path, kind } of inputs[key].imports) if (kind === 'import-statement') first.add(path)
  const later = new Set(Object.values(inputs).flatMap(({ imports }) => imports.filter(({ kind }) => kind === 'dynamic-import').map(({ path }) => path)))
  const both = [...later].filter((key) => first.has(key))
  if (both.length > 0) throw new Error(`imported at once and later, so always at once: ${both}`)
  return { first: [...first].sort(), later: [...later].sort() }
}

/** Let imports that `choose` has an answer for lead elsewhere. */
function leading(choose) {
  return {
    name: 'leading',
    setup(made) {
      made.onResolve({ filter: /./ }, async ({ path, kind, importer, resolveDir, namespace, pluginData }) => {
        if (kind === 'entry-point' || pluginData === OWN_RESOLVING) return undefined
        const found = await made.resolve(path, { kind, importer, resolveDir, namespace, pluginData: OWN_RESOLVING })
        return found.errors.length > 0 ? { errors: found.errors } : choose(keyOf(found), kind, importer)
      })
    },
  }
}

/** Take the modules of the page from it. */
function taking(exported) {
  // one for each importer: what many share would be a file of its own
  // told apart by where it lies in the project: the bytes may not depend on where that lies
  const choose = (key, _kind, importer) => {
    const by = keyOf({ path: importer, namespace: 'file' })
    return exported.has(key) ? { path: `${key}?${by}`, namespace: 'page' } : undefined
  }
  return {
    name: 'taking',
    setup(made) {
      leading(choose).setup(made)
      made.onLoad({ filter: /./, namespace: 'page' }, ({ path }) => {
        const [key] = path.split('?')
        const lines = exported.get(key).map((name) => {
          const value = `/* @__PURE__ */ take(${JSON.stringify(`${key}#${name}`)})`
          return name === 'default' ? `export default ${value}` : `export const ${name} = ${value}`
        })
        return { contents: [`const take = (name) => globalThis.chappe[name]`, ...lines].join('\n') }
      })
    },
  }
}

/** Build a page; returns the path of its first file, and of all others by the module they were made of. */
export async function buildPage(shared, entry) {
  const scanned = { ...shared, splitting: true, write: false, plugins: [words()] }
  const { first, later } = divided((await build({ ...scanned, entryPoints: [entry] })).metafile, entry)
  for (const key of first) {
    if (key.startsWith('source/') && /^export let /m.test(readFileSync(key, 'utf8'))) throw new Error(`${key} exports what it assigns anew`)
  }
  const { outputs } = (await build({ ...scanned, entryPoints: first })).metafile
  const atOnce = new Set(first) // esbuild calls what is imported later an entry, too
  const exported = new Map(Object.values(outputs).filter(({ entryPoint }) => atOnce.has(entryPoint)).map((one) => [one.entryPoint, one.exports]))

  const afterwards = await build({ ...shared, splitting: true, entryPoints: later, plugins: [taking(exported), words()] })
  const files = new Map(Object.entries(afterwards.metafile.outputs).map(([file, { entryPoint }]) => [entryPoint ?? file, file]))
  const names = new Set([...files.values()].flatMap((file) => [...readFileSync(file, 'utf8').matchAll(TAKEN)].map(([, name]) => name)))
  const offered = [...names].sort().filter((name) => exported.get(name.split('#')[0])?.includes(name.split('#')[1]))

  const choose = (key, kind) => (kind === 'dynamic-import' ? { path: `${shared.publicPath}/${relative(shared.outdir, files.get(key))}`, external: true } : undefined)
  const page = await build({
    ...shared,
    stdin: { contents: offering(entry, offered), resolveDir: resolve('.'), sourcefile: 'page.js' },
    entryNames: 'start-[hash]',
    plugins: [leading(choose), words()],
  })
  const [start] = Object.keys(page.metafile.outputs)
  return { start, files }
}

function offering(entry, names) {
  const lines = [`import './${entry}'`]
  names.forEach((name, at) => {
    const [key, wanted] = name.split('#')
    lines.push(`import { ${wanted} as taken${at} } from './${key}'`)
  })
  return [...lines, `globalThis.chappe = {${names.map((name, at) => `${JSON.stringify(name)}: taken${at}`)}}`].join('\n')
}
