/** Records as bytes and back: JSON that keeps big integers, bytes, and where files are. Pure. */

import { fromBase64url, toBase64url } from '../model/bytes.ts'

type Placed = (size: string) => object

const NUMBER = '$n' // what stands in JSON for a big integer
const BYTES = '$b' // and for bytes
const PLACE = '$p' // and for a function that says where a file is, in one of its sizes

function instead(name: string, value: unknown): unknown {
  if (typeof value === 'bigint') return { [NUMBER]: String(value) }
  if (value instanceof Uint8Array) return { [BYTES]: toBase64url(value) }
  if (typeof value === 'function' && name === 'place') return { [PLACE]: (value as Placed)('') }
  return value
}

function again(_name: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (NUMBER in value) return BigInt(value[NUMBER] as string)
  if (BYTES in value) return fromBase64url(value[BYTES] as string)
  if (PLACE in value) {
    const place = value[PLACE] as object
    return (thumbSize = '') => ({ ...place, thumbSize })
  }
  return value
}

export function packed(value: unknown): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(JSON.stringify(value, instead))
}

export function unpacked(bytes: Uint8Array): unknown {
  return JSON.parse(new TextDecoder().decode(bytes), again) as unknown
}
