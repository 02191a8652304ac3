/** Passkeys: what the browser's authenticator makes and proves, as the API takes it.
 *
 * https://www.w3.org/TR/webauthn-3/, https://core.telegram.org/api/passkeys */

import { call } from '../api.ts'
import type { Answer, Request } from '../link.ts'
import { fromBase64url, toBase64url } from '../model/bytes.ts'

type Credential = Extract<Request, { _: 'account.registerPasskey' }>['credential']

/** Say whether this browser can hold passkeys for this page at all. */
export function knowsPasskeys(): boolean {
  return typeof PublicKeyCredential !== 'undefined' && isSecureContext && location.hostname !== '127.0.0.1'
}

interface Named {
  id: string
  type: 'public-key'
}

const named = (those: Named[]): PublicKeyCredentialDescriptor[] =>
  those.map(({ id, type }) => ({ id: fromBase64url(id), type }))

/** Make a passkey for whoever is logged in. Rejects with the browser's own error where one gives up. */
export async function makePasskey(): Promise<Answer<'account.registerPasskey'>> {
  const { options } = await call({ _: 'account.initPasskeyRegistration' })
  const { publicKey } = JSON.parse(options.data) as { publicKey: Record<string, never> }
  const asked = publicKey as unknown as PublicKeyCredentialCreationOptionsJSON
  const made = (await navigator.credentials.create({
    publicKey: {
      ...(asked as unknown as PublicKeyCredentialCreationOptions),
      challenge: fromBase64url(asked.challenge),
      user: { ...asked.user, id: fromBase64url(asked.user.id) },
      excludeCredentials: named((asked.excludeCredentials ?? []) as Named[]),
    },
  })) as PublicKeyCredential
  const response = made.response as AuthenticatorAttestationResponse
  return call({
    _: 'account.registerPasskey',
    credential: credential(made, {
      _: 'inputPasskeyResponseRegister',
      clientData: clientData(response),
      attestationData: new Uint8Array(response.attestationObject),
    }),
  })
}

/** Log in by a passkey the person chooses. */
export async function enterByPasskey(): Promise<Answer<'auth.finishPasskeyLogin'>> {
  const { options } = await call({ _: 'auth.initPasskeyLogin', apiId: 1, apiHash: 'chappe' })
  const { publicKey } = JSON.parse(options.data) as { publicKey: PublicKeyCredentialRequestOptionsJSON }
  const proof = (await navigator.credentials.get({
    publicKey: {
      ...(publicKey as unknown as PublicKeyCredentialRequestOptions),
      challenge: fromBase64url(publicKey.challenge),
      allowCredentials: named((publicKey.allowCredentials ?? []) as Named[]),
    },
  })) as PublicKeyCredential
  const response = proof.response as AuthenticatorAssertionResponse
  return call({
    _: 'auth.finishPasskeyLogin',
    credential: credential(proof, {
      _: 'inputPasskeyResponseLogin',
      clientData: clientData(response),
      authenticatorData: new Uint8Array(response.authenticatorData),
      signature: new Uint8Array(response.signature),
      userHandle: new TextDecoder().decode(response.userHandle ?? new ArrayBuffer(0)),
    }),
  })
}

function clientData(response: AuthenticatorResponse): { _: 'dataJSON'; data: string } {
  return { _: 'dataJSON', data: new TextDecoder().decode(response.clientDataJSON) }
}

function credential(made: PublicKeyCredential, response: object): Credential {
  const { id, rawId } = made
  return { _: 'inputPasskeyCredentialPublicKey', id, rawId: toBase64url(new Uint8Array(rawId)), response } as Credential
}

/** Say whether somebody closed the browser's own dialog, which is no error. */
export function gaveUp(error: unknown): boolean {
  return error instanceof DOMException && ['NotAllowedError', 'AbortError'].includes(error.name)
}
