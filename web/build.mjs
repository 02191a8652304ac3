/** Build the client: sources to `src/chappe/gateways/web/files`, the same bytes from the same sources. */

import { createHash } from 'node:crypto'
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'

import { buildPage } from './bundle.mjs'
import { olderCss } from './older_css.mjs'
import { lean } from './tables.mjs'

const OUT = process.argv[2] ?? '../src/chappe/gateways/web/files'
const TARGETS = ['chrome92', 'firefox105', 'safari16.4'] // the floor of browsers; docs/web-client.md and source/floor say it too
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
const worker = await build({
  ...shared,
  entryPoints: ['source/worker.ts'],
  format: 'iife', // Firefox below 114 takes no modules as workers
  plugins: [lean()],
  define: { VERSION: '""', WORKER_URL: '""', DRAWER_URL: '""', 'import.meta.url': '""' },
})
const workerUrl = at(entry(worker, 'source/worker.ts'))
const drawer = await build({ ...shared, entryPoints: ['source/drawn/drawer.ts'], format: 'iife' }) // fetched when a sticker needs it
const drawerUrl = at(entry(drawer, 'source/drawn/drawer.ts'))
const page = {
  ...shared,
  define: { WORKER_URL: JSON.stringify(workerUrl), DRAWER_URL: JSON.stringify(drawerUrl), VERSION: JSON.stringify(hash(lock).slice(0, 8)) },
}
const { start, files } = await buildPage(page, 'source/start.tsx')
const style = entry(await build({ ...shared, entryPoints: ['source/style.css'], plugins: [olderCss()] }), 'source/style.css')
const old = await build({ ...shared, entryPoints: ['source/floor/floor.ts'], format: 'iife', target: 'es5' })
const floor = entry(old, 'source/floor/floor.ts')
const html = readFileSync('source/index.html', 'utf8')
  .replace('<!--style-->', `<link rel="stylesheet" href="${at(style)}" integrity="${sri(style)}">`)
  .replace('<!--floor-->', `<script defer src="${at(floor)}" integrity="${sri(floor)}"></script>`)
  .replace('<!--no script-->', ['en', 'fr', 'ar'].map(withoutScript).join('\n      '))
  .replace('<!--script-->', `<script type="module" src="${at(start)}" integrity="${sri(start)}"></script>`)
writeFileSync(join(OUT, 'index.html'), html)
cpSync('static', OUT, { recursive: true })
const built = [...Object.keys(worker.metafile.outputs), start, style, floor, ...files.values()]
const shell = ['/', '/icon.svg', '/manifest.webmanifest', ...built.map(at)].sort()
await build({
  ...shared,
  entryPoints: { sw: 'source/service.ts' },
  outdir: OUT,
  entryNames: '[name]',
  format: 'iife',
  define: { SHELL: JSON.stringify(shell), VERSION: JSON.stringify(hash(html).slice(0, 16)) },
})

/** What a browser that comes for the first time asks for until the first chat is on its screen. */
const firstLoad = ['/index.html', '/icon.svg', '/manifest.webmanifest', at(start), at(style), at(floor)]
firstLoad.push(...Object.keys(worker.metafile.outputs).map(at), at(files.get('words:en')))
const manifest = { version, lock: hash(lock), first: firstLoad.sort(), files: {} }
let total = 0
let early = 0
for (const file of walk(OUT)) {
  const bytes = readFileSync(file)
  manifest.files[at(file)] = hash(bytes)
  const packed = gzipSync(bytes, { level: 9 }).length // the server packs them itself when it starts
  total += Math.min(packed, bytes.length)
  if (firstLoad.includes(at(file))) early += Math.min(packed, bytes.length)
  console.log(String(packed).padStart(8), at(file))
}
writeFileSync(join(OUT, 'manifest.json'), JSON.stringify(manifest, null, 1) + '\n')
console.log(String(total).padStart(8), 'bytes in all, compressed by gzip')
console.log(String(early).padStart(8), 'of them before the first chat')

/** Return what is said in a language where no script may run. */
function withoutScript(language) {
  const words = JSON.parse(readFileSync(`source/floor/words/${language}.json`, 'utf8'))
  const direction = language === 'ar' ? ' dir="rtl"' : ''
  return `<section lang="${language}"${direction}><h1>${words['script.title']}</h1><p>${words['script.text']}</p></section>`
}

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
