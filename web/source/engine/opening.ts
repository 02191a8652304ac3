/** Opening the engine: a client of MTProto whose only data centre is this origin, or a mirror of it. */

import { BaseTelegramClient, WebCryptoProvider, WebPlatform } from '@mtcute/web'
import { addPublicKey } from '@mtcute/web/utils.js'
import { IntermediatePacketCodec, ObfuscatedPacketCodec, tl } from '@mtcute/core'
import { connectWs } from '@fuman/net'
import wasmUrl from '@mtcute/wasm/mtcute-simd.wasm'

import './pinging.ts'
import { toPlain } from './plain.ts'
import type { About, FromWorker } from './protocol.ts'
import { storageOf, type Storage } from './storage.ts'
import { ways } from './known.ts'

const UNAUTHORIZED = 401 // what a session is answered that has ended
const LOOK_S = 3 // seconds between two looks into a channel one is not in: of such nothing is told

type Tell = (message: FromWorker) => void
type Usable = (client: BaseTelegramClient) => void
type Refused = (error: tl.RpcError) => void

/** Open the engine; `usable` is told of each connection once calls can be made by it, `refused` that the session has ended. */
export async function open(about: About, tell: Tell, usable: Usable, refused: Refused): Promise<BaseTelegramClient> {
  const storage = await storageOf((keeping) => tell({ keeping }))
  const client = await made(about, storage, tell)
  client.onRawUpdate.add(({ update, peers }) =>
    tell({
      update: toPlain(update) as never,
      users: toPlain([...peers.users.values()]) as never,
      chats: toPlain([...peers.chats.values()]) as never,
    }),
  )
  client.onServerUpdate.add((updates) => {
    // before anybody is logged in the library follows no updates, and this one is meant for nobody
    if (updates._ === 'updateShort' && updates.update._ === 'updateLoginToken') tell({ scanned: true })
  })
  client.onConnectionState.add((connection) => tell({ connection }))
  client.mt.onUsable.add(() => usable(client))
  client.onError.add((error) => {
    if (tl.RpcError.is(error) && error.code === UNAUTHORIZED) refused(error)
    else console.warn('engine', error.message)
  })
  await client.connect()
  return client
}

async function made({ keys, dc, path, version }: About, storage: Storage, tell: Tell): Promise<BaseTelegramClient> {
  const crypto = new WebCryptoProvider({ wasmInput: wasmUrl })
  await crypto.initialize()
  for (const pem of keys) addPublicKey(crypto, pem)
  const here = { id: dc, ipAddress: '127.0.0.1', port: 443 } // not looked at: the transport knows the way
  const own = `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}`
  return new BaseTelegramClient({
    apiId: 1,
    apiHash: 'chappe',
    crypto,
    platform: new WebPlatform(),
    storage,
    defaultDcs: { main: here, media: here },
    transport: {
      connect: () =>
        ways.go((origin) =>
          connectWs({
            url: `${origin === '' ? own : origin.replace(/^http/, 'ws')}${path}`,
            implementation: WebSocket,
            protocols: 'binary',
          }),
        ),
      packetCodec: () => new ObfuscatedPacketCodec(new IntermediatePacketCodec()),
    },
    updates: {
      catchUp: true,
      overrideOpenChatTimeout: () => LOOK_S,
      onChannelTooLong: (channel) => tell({ reset: channel }),
    },
    initConnectionOptions: {
      deviceModel: deviceName(navigator.userAgent),
      systemVersion: 'Web',
      appVersion: version,
      langCode: navigator.language.split('-')[0] ?? 'en',
      systemLangCode: navigator.language,
    },
  } as ConstructorParameters<typeof BaseTelegramClient>[0])
}

/** Return the name of a browser and its system, as a list of sessions shows them. */
function deviceName(agent: string): string {
  const browser = /Edg\//.test(agent)
    ? 'Edge'
    : /Firefox\//.test(agent)
      ? 'Firefox'
      : /Chrome\//.test(agent)
        ? 'Chrome'
        : /Safari\//.test(agent)
          ? 'Safari'
          : 'Browser'
  const system = /Android/.test(agent)
    ? 'Android'
    : /iPhone|iPad/.test(agent)
      ? 'iOS'
      : /Windows/.test(agent)
        ? 'Windows'
        : /Mac OS X/.test(agent)
          ? 'macOS'
          : /Linux/.test(agent)
            ? 'Linux'
            : ''
  return system === '' ? browser : `${browser}, ${system}`
}
