/** What is kept of chats is encrypted: under keys that this browser holds, uses for this page, and hands out to nobody.
 *
 * AES-GCM (NIST SP 800-38D) with 96 random bits for each value; the value's place is authenticated with it. */

import { changing, reading } from './database.ts'
import { SEEN } from './names.ts'

const KEYS = 'keys' // a row of the database of what was seen
const NONCE_BYTES = 12
const PIECE_BYTES = 1024 * 1024 // of a file that is encrypted piece by piece
const TAG_BYTES = 16

interface Keys {
  seal: CryptoKey
  name: CryptoKey
}

let keys: Promise<Keys> | undefined

async function made(): Promise<Keys> {
  const seal = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
  const name = await crypto.subtle.generateKey({ name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
  return { seal, name: name as CryptoKey }
}

/** Return this browser's keys; the first tab that asks makes them. */
async function kept(): Promise<Keys> {
  const known = (await reading(SEEN, (store) => store.get(KEYS))) as Keys | undefined
  if (known !== undefined) return known
  const fresh = await made()
  try {
    await changing(SEEN, (store) => store.add(fresh, KEYS))
    return fresh
  } catch (error) {
    const other = (await reading(SEEN, (store) => store.get(KEYS))) as Keys | undefined
    if (other === undefined) throw error // there is no room
    return other // another tab was faster
  }
}

async function ours(): Promise<Keys> {
  keys ??= kept()
  try {
    return await keys
  } catch (error) {
    keys = undefined
    throw error
  }
}

/** Forget the keys: the session has ended, and what they encrypted is deleted with them. */
export function forgetKeys(): void {
  keys = undefined
}

/** Return a value encrypted; it opens only under the same `place`. */
export async function sealed(value: Uint8Array<ArrayBuffer>, place: string): Promise<Uint8Array<ArrayBuffer>> {
  const iv = crypto.getRandomValues(new Uint8Array(NONCE_BYTES))
  const { seal } = await ours()
  const body = await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData: new TextEncoder().encode(place) }, seal, value)
  const whole = new Uint8Array(NONCE_BYTES + body.byteLength)
  whole.set(iv)
  whole.set(new Uint8Array(body), NONCE_BYTES)
  return whole
}

/** Return a value again; rejects where it is none of ours. */
export async function opened(whole: Uint8Array<ArrayBuffer>, place: string): Promise<Uint8Array<ArrayBuffer>> {
  const iv = whole.subarray(0, NONCE_BYTES)
  const { seal } = await ours()
  const algorithm = { name: 'AES-GCM', iv, additionalData: new TextEncoder().encode(place) }
  return new Uint8Array(await crypto.subtle.decrypt(algorithm, seal, whole.subarray(NONCE_BYTES)))
}

/** Return under which name something is kept: it says nothing, and is the same each time. */
export async function named(what: string): Promise<string> {
  const { name } = await ours()
  const mark = new Uint8Array(await crypto.subtle.sign('HMAC', name, new TextEncoder().encode(what)))
  return Array.from(mark, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** Return a file encrypted, piece by piece: it may be larger than memory. */
export async function sealedFile(file: Blob, place: string): Promise<Blob> {
  const pieces: Blob[] = []
  for (let at = 0; at < file.size; at += PIECE_BYTES) {
    const piece = new Uint8Array(await file.slice(at, at + PIECE_BYTES).arrayBuffer())
    pieces.push(new Blob([await sealed(piece, `${place}/${at}`)]))
  }
  return new Blob(pieces)
}

export async function openedFile(file: Blob, place: string, type: string): Promise<Blob> {
  const step = NONCE_BYTES + PIECE_BYTES + TAG_BYTES
  const pieces: Blob[] = []
  for (let at = 0; at < file.size; at += step) {
    const piece = new Uint8Array(await file.slice(at, at + step).arrayBuffer())
    pieces.push(new Blob([await opened(piece, `${place}/${(at / step) * PIECE_BYTES}`)]))
  }
  return new Blob(pieces, { type })
}
