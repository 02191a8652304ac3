import assert from 'node:assert/strict'
import { test } from 'node:test'

import type { About } from '../source/engine/protocol.ts'
import { believed, fromMirror, type Signed } from '../source/engine/signed.ts'
import { Ways } from '../source/engine/ways.ts'

const MIRRORS = ['https://a.example.net', 'https://b.example.net']

/** Go by ways of which only some lead on; returns those that were tried. */
async function tried(ways: Ways, open: readonly string[]): Promise<string[]> {
  const seen: string[] = []
  await ways
    .go(async (origin) => {
      seen.push(origin)
      if (!open.includes(origin)) throw new TypeError(origin)
      return origin
    })
    .catch(() => seen.push('none'))
  return seen
}

test('the own address comes first, then each mirror, and the one that led on is tried first the next time', async () => {
  let now = 0
  const ways = new Ways(() => now)
  assert.deepEqual(await tried(ways, []), ['', 'none'])
  ways.know(MIRRORS)
  assert.deepEqual(await tried(ways, ['']), [''])
  assert.deepEqual(await tried(ways, [MIRRORS[1]!]), ['', ...MIRRORS])
  assert.deepEqual(await tried(ways, [MIRRORS[1]!]), [MIRRORS[1]])
  assert.deepEqual(await tried(ways, []), [MIRRORS[1], '', MIRRORS[0], 'none'])
  ways.know([MIRRORS[1]!])
  assert.deepEqual(await tried(ways, [MIRRORS[1]!]), [MIRRORS[1]])
  ways.know([])
  assert.deepEqual(await tried(ways, ['']), [''])
  ways.know(MIRRORS)
  assert.deepEqual(await tried(ways, [MIRRORS[0]!]), ['', MIRRORS[0]])
  now += 601_000
  assert.deepEqual(await tried(ways, ['']), ['']) // it may be reached again
})

test('a way that says nothing holds up no other, and the only one is waited for', async () => {
  const ways = new Ways(Date.now, 1)
  ways.know(MIRRORS)
  const found = await ways.go((origin) => (origin === MIRRORS[0] ? Promise.resolve(origin) : new Promise<string>(() => undefined)))
  assert.equal(found, MIRRORS[0])
})

const CURVE = { name: 'ECDSA', namedCurve: 'P-256' }
const text = (bytes: ArrayBuffer | Uint8Array): string => Buffer.from(bytes as Uint8Array).toString('base64url')

async function signer(): Promise<{ key: string; sign: (said: object, alg?: string) => Promise<Signed> }> {
  const pair = await crypto.subtle.generateKey(CURVE, true, ['sign', 'verify'])
  const sign = async (said: object, alg = 'ES256'): Promise<Signed> => {
    const head = text(Buffer.from(JSON.stringify({ alg })))
    const payload = text(Buffer.from(JSON.stringify(said)))
    const what = Buffer.from(`${head}.${payload}`)
    const signature = await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, pair.privateKey, what)
    return { protected: head, payload, signature: text(signature) }
  }
  return { key: text(await crypto.subtle.exportKey('raw', pair.publicKey)), sign }
}

const NEWER = { issued: 20, keys: ['newer'], mirrors: [MIRRORS[1]!] }

test('a page is believed by the key that was kept, and by no other', async () => {
  const { key, sign } = await signer()
  const other = await signer()
  const signed = await sign(NEWER)
  assert.deepEqual(await believed(signed, key), NEWER)
  assert.equal(await believed(signed, other.key), null)
  assert.equal(await believed(await sign(NEWER, 'none'), key), null)
  assert.equal(await believed({ ...signed, payload: text(Buffer.from('{"mirrors":["https://evil.example"]}')) }, key), null)
  for (const broken of [undefined, { ...signed, signature: '' }, { ...signed, protected: '???' }]) {
    assert.equal(await believed(broken, key), null)
  }
})

test('a mirror tells newer addresses and keys as they are signed, and nothing older', async () => {
  const { key, sign } = await signer()
  const known = { keys: ['first'], mirrors: [MIRRORS[0]], signing_key: key, signed: await sign({ ...NEWER, issued: 10 }) } as About
  const told = { keys: ['forged'], mirrors: ['https://evil.example'], signing_key: 'forged', version: '9', signed: await sign(NEWER) } as About
  const now = await fromMirror(told, known)
  assert.deepEqual([now?.keys, now?.mirrors, now?.signing_key, now?.version], [['newer'], [MIRRORS[1]], key, '9'])
  const older = await sign({ ...NEWER, issued: 9 })
  assert.equal(await fromMirror({ ...told, signed: older }, known), null)
  const { signed: _, ...unsigned } = told
  assert.equal(await fromMirror(unsigned as About, known), null)
  const { signing_key: __, ...unknown } = known
  assert.equal(await fromMirror(told, unknown as About), null)
})
