/** Build the client: sources to `src/chappe/gateways/web/files`, the same bytes from the same sources. */

import { createHash } from 'node:crypto'
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'

import { lean } from './tables.mjs'
import { words } from './words.mjs'

const OUT = process.argv[2] ?? '../src/chappe/gateways/web/files'
const TARGETS = ['chrome109', 'firefox115', 'safari16.4'] // the floor of browsers; docs/clients.md says it too
const lock = readFileSync('package-lock.json')
const { version } = JSON.parse(readFileSync('package.json', 'utf8'))

const shared = {
  bundle: true,
  format: 'esm',
  minify: true,
  target: TARGETS,
  outdir: join(OUT, 'assets'),
  entryNames: '[name]-[hash]',
  chunkNames: '[name]-[hash]',
  assetNames: '[name]-[hash]',
  publicPath: '/assets',
  loader: { '.wasm': 'file' },
  metafile: true,
  legalComments: 'none',
  logLevel: 'warning',
  charset: 'utf8',
  jsx: 'automatic',
  jsxImportSource: 'preact',
}

rmSync(OUT, { recursive: true, force: true })
mkdirSync(OUT, { recursive: true })
const worker = await build({ ...shared, entryPoints: ['source/worker.ts'], plugins: [lean()], define: { VERSION: '""', WORKER_URL: '""' } })
const workerUrl = at(entry(worker, 'source/worker.ts'))
const page = await build({
  ...shared,
  entryPoints: ['source/start.tsx', 'source/style.css'],
  splitting: true,
  plugins: [words()],
  define: { WORKER_URL: JSON.stringify(workerUrl), VERSION: JSON.stringify(hash(lock).slice(0, 8)) },
})
const start = entry(page, 'source/start.tsx')
const style = entry(page, 'source/style.css')
const first = page.metafile.outputs[start].imports.filter(({ kind }) => kind === 'import-statement').map(({ path }) => path)
const html = readFileSync('source/index.html', 'utf8')
  .replace('<!--style-->', `<link rel="stylesheet" href="${at(style)}" integrity="${sri(style)}">`)
  .replace(
    '<!--script-->',
    [
      ...first.map((file) => `<link rel="modulepreload" href="${at(file)}" integrity="${sri(file)}">`),
      `<script type="module" src="${at(start)}" integrity="${sri(start)}"></script>`,
    ].join('\n  '),
  )
writeFileSync(join(OUT, 'index.html'), html)
cpSync('static', OUT, { recursive: true })
const built = [...Object.keys(worker.metafile.outputs), ...Object.keys(page.metafile.outputs)]
const shell = ['/', '/icon.svg', '/manifest.webmanifest', ...built.map(at)].sort()
await build({
  ...shared,
  entryPoints: { sw: 'source/service.ts' },
  outdir: OUT,
  entryNames: '[name]',
  format: 'iife',
  define: { SHELL: JSON.stringify(shell), VERSION: JSON.stringify(hash(html).slice(0, 16)) },
})

const manifest = { version, lock: hash(lock), files: {} }
let total = 0
for (const file of walk(OUT)) {
  const bytes = readFileSync(file)
  manifest.files[at(file)] = hash(bytes)
  const packed = gzipSync(bytes, { level: 9 }).length // the server packs them itself when it starts
  total += Math.min(packed, bytes.length)
  console.log(String(packed).padStart(8), at(file))
}
writeFileSync(join(OUT, 'manifest.json'), JSON.stringify(manifest, null, 1) + '\n')
console.log(String(total).padStart(8), 'bytes in all, compressed by gzip')

function entry(made, source) {
  return Object.entries(made.metafile.outputs).find(([, output]) => output.entryPoint === source)[0]
}

function at(file) {
  return '/' + relative(OUT, file).split(sep).join('/')
}

function hash(bytes) {
  return createHash('sha256').update(bytes).digest('hex')
}

function sri(file) {
  return 'sha384-' + createHash('sha384').update(readFileSync(file)).digest('base64')
}

function* walk(folder) {
  for (const name of readdirSync(folder).sort()) {
    const path = join(folder, name)
    if (statSync(path).isDirectory()) yield* walk(path)
    else yield path
  }
}
