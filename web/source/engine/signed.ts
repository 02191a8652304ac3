/** Where the server is to be reached, signed: what a mirror tells is believed by the key that the server told. */

import type { About } from './protocol.ts'

/** A JSON Web Signature as `/.well-known/chappe.json` has it. */
export interface Signed {
  protected: string
  payload: string
  signature: string
}

/** What is signed, as far as it is used here. */
export interface Addresses {
  issued: number
  keys: string[]
  mirrors: string[]
}

function plain(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
  return Uint8Array.from(binary, (letter) => letter.charCodeAt(0))
}

function read(text: string): unknown {
  return JSON.parse(new TextDecoder().decode(plain(text)))
}

/** Return what a page says if it is signed by a key that was kept, and null otherwise. */
export async function believed(signed: Signed | undefined, key: string): Promise<Addresses | null> {
  try {
    if (signed === undefined || (read(signed.protected) as { alg?: string }).alg !== 'ES256') return null
    const way = { name: 'ECDSA', namedCurve: 'P-256' }
    const point = await crypto.subtle.importKey('raw', plain(key), way, false, ['verify'])
    const said = new TextEncoder().encode(`${signed.protected}.${signed.payload}`)
    const right = await crypto.subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, point, plain(signed.signature), said)
    return right ? (read(signed.payload) as Addresses) : null
  } catch {
    return null // no base64, no JSON, no point of the curve
  }
}

/** Return what is known of the server after a mirror told of it; null if that is not believed.
 *
 * Keys and mirrors are the signed ones, and never older ones than are known already. */
export async function fromMirror(told: About, known: About): Promise<About | null> {
  if (known.signing_key === undefined) return null
  const said = await believed(told.signed, known.signing_key)
  const before = await believed(known.signed, known.signing_key)
  if (said === null || said.issued < (before?.issued ?? 0)) return null
  return { ...told, keys: said.keys, mirrors: said.mirrors, signing_key: known.signing_key }
}
