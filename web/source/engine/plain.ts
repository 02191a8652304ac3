/** Values of the TL schema as plain data, which a structured clone carries between page and worker.
 *
 * The library's 64-bit integers are objects of a class, and a clone loses the class: on the page they are bigints. */

import type { Long } from '@mtcute/core'
import LongValue from 'long'

export type Plain<T> = T extends Long
  ? bigint
  : T extends Uint8Array | string | number | boolean | null | undefined
    ? T
    : T extends readonly (infer Item)[]
      ? Plain<Item>[]
      : T extends object
        ? { [Key in keyof T]: Plain<T[Key]> }
        : T

/** Return a value with bigints for the library's integers. */
export function toPlain(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value
  if (LongValue.isLong(value)) return longToBigint(value)
  if (Array.isArray(value)) return value.map(toPlain)
  const made: Record<string, unknown> = {}
  for (const [name, held] of Object.entries(value)) made[name] = toPlain(held)
  return made
}

/** Return a value with the library's integers for bigints. */
export function fromPlain(value: unknown): unknown {
  if (typeof value === 'bigint') return bigintToLong(value)
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value
  if (Array.isArray(value)) return value.map(fromPlain)
  const made: Record<string, unknown> = {}
  for (const [name, held] of Object.entries(value)) made[name] = fromPlain(held)
  return made
}

function longToBigint(value: Long): bigint {
  const bits = (BigInt(value.high >>> 0) << 32n) | BigInt(value.low >>> 0)
  return BigInt.asIntN(64, bits)
}

function bigintToLong(value: bigint): Long {
  const bits = BigInt.asUintN(64, value)
  return LongValue.fromBits(Number(bits & 0xffffffffn), Number(bits >> 32n), false)
}
