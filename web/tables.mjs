/** The library without what this client never uses: its tables of the API cut down, its high-level methods left out.
 *
 * The tables hold a reader and a writer for each of three thousand constructors. Kept are the methods whose names stand
 * in our sources or in the library's own engine, what their parameters are made of, and all that their answers and the
 * server's updates can hold. */

import { readFileSync, readdirSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'

const CORE = resolve('node_modules/@mtcute/core')
const WEB = resolve('node_modules/@mtcute/web')
const SOURCES = resolve('source')
const ENGINE = ['network', 'storage', 'utils', 'highlevel/base.js', 'highlevel/updates', 'highlevel/managers', 'highlevel/storage']
const NAME = /['"`]([a-z]+\.[a-zA-Z]+|initConnection|invoke\w+)['"`]/g

const camel = (name) => name.replace(/_([a-z0-9])/g, (_, letter) => letter.toUpperCase())

function* sources(path, kind) {
  if (statSync(path).isDirectory()) for (const name of readdirSync(path).sort()) yield* sources(join(path, name), kind)
  else if (kind.test(path)) yield readFileSync(path, 'utf8')
}

/** Return the names of methods that are called, and of all constructors they can come across. */
function used() {
  const { e: entries } = JSON.parse(readFileSync(join(CORE, 'tl', 'api-schema.json'), 'utf8'))
  const methods = new Map(entries.filter(({ kind }) => kind === 'method').map((one) => [one.name, one]))
  const byType = new Map()
  for (const one of entries) {
    if (one.kind !== 'class') continue
    byType.set(one.type, [...(byType.get(one.type) ?? []), one])
  }
  const texts = [...sources('source', /\.tsx?$/), ...ENGINE.flatMap((path) => [...sources(join(CORE, path), /\.js$/)])]
  const called = new Set()
  for (const text of texts) for (const [, name] of text.matchAll(NAME)) if (methods.has(name)) called.add(methods.get(name))
  const closure = (types) => {
    const found = new Set()
    const left = [...types]
    while (left.length > 0) {
      const type = left.pop().replace(/^[Vv]ector<(.*)>$/, '$1')
      for (const one of byType.get(type) ?? []) {
        if (found.has(one.name)) continue
        found.add(one.name)
        left.push(...one.arguments.map((argument) => argument.type))
      }
    }
    return found
  }
  const stored = ['User', 'Chat'] // what the library keeps in its store
  const given = closure([...stored, ...[...called].flatMap((one) => one.arguments.map(({ type }) => type))])
  const answered = closure(['Updates', ...[...called].map(({ type }) => type)])
  return { methods: new Set([...called].map(({ name }) => name)), written: given, read: answered, entries }
}

/** Return a table's text with only the entries that `keep` says yes to. */
function trimmed(text, keep) {
  const lines = text.split('\n')
  const made = []
  let keeping = true
  for (const line of lines) {
    const opened = /^ {2}("?)([\w.]+)\1: function/.exec(line)
    if (opened !== null) keeping = keep(opened[2])
    if (keeping || !/^ {2,}/.test(line)) made.push(line)
    if (/^ {2}\},?$/.test(line)) keeping = true
  }
  return made.join('\n')
}

export function lean() {
  const { methods, written, read, entries } = used()
  const known = new Map(entries.map((one) => [String(one.id >>> 0), one]))
  return {
    name: 'lean',
    setup(made) {
      made.onResolve({ filter: /^@mtcute\/web$/ }, () => ({ path: 'web', namespace: 'lean' }))
      made.onLoad({ filter: /^web$/, namespace: 'lean' }, () => ({
        contents: `export { BaseTelegramClient } from ${JSON.stringify(join(CORE, 'highlevel/base.js'))}
          export { MemoryStorage } from ${JSON.stringify(join(CORE, 'storage/memory/index.js'))}
          export { IdbStorage } from ${JSON.stringify(join(WEB, 'idb/index.js'))}
          export { WebCryptoProvider } from ${JSON.stringify(join(WEB, 'crypto.js'))}
          export { WebPlatform } from ${JSON.stringify(join(WEB, 'platform.js'))}`,
        resolveDir: WEB,
      }))
      // its own index exports one object with all of `inner-tl.js`, two thirds of which are tests of types nobody asks for
      made.onResolve({ filter: /^@mtcute\/core$/ }, ({ importer }) =>
        importer.startsWith(SOURCES) ? { path: 'core', namespace: 'lean' } : undefined,
      )
      made.onLoad({ filter: /^core$/, namespace: 'lean' }, () => ({
        contents: `export { IntermediatePacketCodec } from ${JSON.stringify(join(CORE, 'network/transports/intermediate.js'))}
          export { ObfuscatedPacketCodec } from ${JSON.stringify(join(CORE, 'network/transports/obfuscated.js'))}
          export { MtTimeoutError } from ${JSON.stringify(join(CORE, 'types/errors.js'))}
          import { RpcError } from ${JSON.stringify(join(CORE, 'tl/inner-tl.js'))}
          export const tl = { RpcError }`,
        resolveDir: CORE,
      }))
      made.onLoad({ filter: /tl[/\\]binary[/\\]writer\.js$/ }, ({ path }) => ({
        contents: trimmed(readFileSync(path, 'utf8'), (name) => name.startsWith('mt_') || methods.has(name) || written.has(name)),
      }))
      made.onLoad({ filter: /tl[/\\]binary[/\\]reader\.js$/ }, ({ path }) => ({
        contents: trimmed(readFileSync(path, 'utf8'), (id) => {
          const one = known.get(id)
          return one === undefined || (one.kind === 'class' && read.has(one.name))
        }),
      }))
      made.onLoad({ filter: /tl[/\\]binary[/\\]rsa-keys\.js$/ }, () => ({
        contents: 'export const __publicKeyIndex = {}', // this server's key is all that is believed, none of another service
      }))
      made.onLoad({ filter: /tl[/\\]inner-tl\.js$/ }, ({ path }) => ({
        contents: readFileSync(path, 'utf8').replaceAll('= _isAny(', '= /* @__PURE__ */ _isAny('),
      }))
      made.onEnd(() => console.log(`${methods.size} methods, ${written.size} written, ${read.size} read`))
    },
  }
}
