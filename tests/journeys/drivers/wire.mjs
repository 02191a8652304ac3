// The loop every JavaScript driver runs: JSON lines in, JSON lines out.
import { createHash, createPublicKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'

const here = path.dirname(fileURLToPath(import.meta.url))
export const modules = path.resolve(here, '../../../.journeys/node')
const require = createRequire(path.join(modules, 'x.js'))

export const asked = parseArgs({
  options: {
    host: { type: 'string', default: '127.0.0.1' },
    port: { type: 'string' },
    pem: { type: 'string' },
    session: { type: 'string' },
    lib: { type: 'string', default: '' },
    transport: { type: 'string', default: '' },
    pfs: { type: 'boolean', default: false },
    proxy: { type: 'string', default: '' },
  },
}).values
asked.port = Number(asked.port)

/** Server, port and secret of a proxy link, as apps take it. */
export function proxyOf (link) {
  const query = new URL(link).searchParams
  return { host: query.get('server'), port: Number(query.get('port')), secret: query.get('secret') }
}

export class Unsupported extends Error {}

/** A CommonJS package of the pinned environment. */
export const load = name => require(name)

/** A module of the pinned environment, by its package's `exports`. */
export function loadModule (name) {
  const parts = name.split('/')
  const pkg = parts.splice(0, name.startsWith('@') ? 2 : 1).join('/')
  const sub = parts.length ? './' + parts.join('/') : '.'
  const directory = path.join(modules, 'node_modules', pkg)
  const { exports, main } = JSON.parse(readFileSync(path.join(directory, 'package.json')))
  const entry = exports?.[sub]?.import ?? main
  return import(pathToFileURL(path.join(directory, entry.default ?? entry)))
}

/** Modulus, exponent and TL fingerprint of the server's key. */
export function serverKey () {
  const jwk = createPublicKey({ key: readFileSync(asked.pem), format: 'pem', type: 'pkcs1' }).export({ format: 'jwk' })
  const n = Buffer.from(jwk.n, 'base64url')
  const e = Buffer.from(jwk.e, 'base64url')
  const tl = b => {
    const head = b.length < 254 ? Buffer.from([b.length]) : Buffer.from([254, b.length & 255, b.length >> 8 & 255, b.length >> 16])
    return Buffer.concat([head, b, Buffer.alloc((4 - (head.length + b.length) % 4) % 4)])
  }
  const digest = createHash('sha1').update(tl(n)).update(tl(e)).digest()
  return { n: BigInt('0x' + n.toString('hex')), e: BigInt('0x' + e.toString('hex')), fingerprint: digest.readBigInt64LE(12) }
}

export function say (message) {
  process.stdout.write(JSON.stringify(message, (_, v) => typeof v === 'bigint' ? Number(v) : v) + '\n')
}

/** Answer requests until `quit` or the end of the input, one after another. */
export async function serve (driver) {
  const lines = createInterface({ input: process.stdin })
  for await (const line of lines) {
    const { n, do: name, ...given } = JSON.parse(line)
    if (name === 'quit') {
      say({ n, ok: true })
      break
    }
    try {
      if (typeof driver[name] !== 'function') throw new Unsupported()
      say({ n, ok: await driver[name](given) ?? true })
    } catch (error) {
      say({ n, error: error instanceof Unsupported ? 'unsupported' : `${error?.name}: ${error?.message ?? error}` })
    }
  }
  process.exit(0)
}
