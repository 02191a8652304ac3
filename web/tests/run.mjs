/** Run the tests of the model and of other pure parts: bundled for Node, without a browser. */

import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'

const out = mkdtempSync(join(tmpdir(), 'chappe-web-'))
const entryPoints = readdirSync('tests').filter((name) => name.endsWith('.test.ts')).map((name) => join('tests', name))
try {
  await build({
    entryPoints,
    outdir: out,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    format: 'esm',
    platform: 'node',
    sourcemap: 'inline',
    logLevel: 'warning',
    jsx: 'automatic',
    jsxImportSource: 'preact',
  })
  const files = readdirSync(out).map((name) => join(out, name))
  const { status } = spawnSync(process.execPath, ['--enable-source-maps', '--test', ...files], { stdio: 'inherit' })
  process.exitCode = status ?? 1
} finally {
  rmSync(out, { recursive: true })
}
