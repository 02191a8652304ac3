/** Which animated stickers are drawn, and which would cost too much. */

import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { gunzipSync, gzipSync } from 'node:zlib'

import { checked, shapeOf } from '../source/drawn/rules.ts'
import { unpacked } from '../source/drawn/unpacking.ts'

const OURS = '../src/chappe/features/files/drawn_files' // the reactions and dice the server has

const shape = { ty: 4, shapes: [{ ty: 'gr', it: [{ ty: 'el' }, { ty: 'fl' }, { ty: 'tr' }] }] }
const file = { tgs: 1, v: '5.5.2', fr: 60, ip: 0, op: 180, w: 512, h: 512, layers: [shape] }

function buffer(bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(bytes).buffer
}

test('what the server itself draws is drawn', () => {
  const names = readdirSync(OURS).filter((name) => name.endsWith('.tgs'))
  assert.ok(names.length > 10)
  for (const name of names) {
    const made = checked(JSON.parse(gunzipSync(readFileSync(`${OURS}/${name}`)).toString()))
    assert.ok(made !== null && shapeOf(made).frames > 1, name)
  }
})

test('a file keeps what is drawn and loses the rest', () => {
  const made = checked({ ...file, segments: [{ time: 1 }], chars: [{}], fonts: {}, layers: [{ ...shape, ef: [{}] }] })
  assert.deepEqual(Object.keys(made ?? {}).sort(), ['assets', 'ddd', 'fr', 'h', 'ip', 'layers', 'op', 'v', 'w'])
  assert.deepEqual(made?.layers, [shape])
  assert.deepEqual(shapeOf(checked(file) as never), { frames: 180, rate: 60 })
})

test('what is no sticker is not drawn', () => {
  for (const wrong of [
    null,
    [],
    'text',
    { ...file, layers: undefined },
    { ...file, layers: [{ ...shape, ty: 2 }] }, // a picture
    { ...file, layers: [{ ty: 5 }] }, // a text
    { ...file, layers: [{ ty: 4, shapes: [{ ty: 'rp' }] }] }, // copies, as many as it says
    { ...file, layers: [{ ty: 4, shapes: [{ ty: 'sr' }] }] }, // a star of as many points as it says
    { ...file, fr: 0 },
    { ...file, fr: '60' },
    { ...file, op: 0 },
    { ...file, op: 1e9 },
    { ...file, w: 1e9 },
    { ...file, layers: [{ ty: 0, refId: 'nowhere' }] },
  ]) {
    assert.equal(checked(wrong), null, JSON.stringify(wrong))
  }
})

test('compositions that hold themselves, or each other many times, are not drawn', () => {
  const itself = { ...file, assets: [{ id: 'a', layers: [{ ty: 0, refId: 'a' }] }], layers: [{ ty: 0, refId: 'a' }] }
  assert.equal(checked(itself), null)
  const tenfold = (refId: string) => Array.from({ length: 10 }, () => ({ ty: 0, refId }))
  const bomb = (steps: number) => ({
    ...file,
    assets: [{ id: '0', layers: [shape] }, ...Array.from({ length: steps }, (_, at) => ({ id: `${at + 1}`, layers: tenfold(`${at}`) }))],
    layers: [{ ty: 0, refId: `${steps}` }],
  })
  assert.notEqual(checked(bomb(2)), null) // a hundred shapes
  assert.equal(checked(bomb(12)), null) // a million millions of them
})

test('groups in each other without end, and too many cut-outs, are not drawn', () => {
  const nested = (depth: number): object => (depth === 0 ? { ty: 'el' } : { ty: 'gr', it: [nested(depth - 1)] })
  const of = (depth: number) => ({ ...file, layers: [{ ty: 4, shapes: [nested(depth)] }] })
  assert.notEqual(checked(of(20)), null)
  assert.equal(checked(of(200)), null)
  const mattes = (count: number) => ({ ...file, layers: Array.from({ length: count }, () => ({ ...shape, tt: 1 })) })
  assert.notEqual(checked(mattes(10)), null)
  assert.equal(checked(mattes(100)), null)
})

test('what unpacks to more than there may be is let go', async () => {
  const small = gzipSync(Buffer.from('{}'))
  assert.equal(new TextDecoder().decode((await unpacked(buffer(small), 2)) ?? undefined), '{}')
  assert.equal(await unpacked(buffer(gzipSync(Buffer.alloc(50_000_000))), 1_000_000), null)
  assert.equal(await unpacked(buffer(small.subarray(0, 8)), 100), null) // cut off
  assert.equal(await unpacked(buffer(Buffer.from('<svg/>')), 100), null)
})
