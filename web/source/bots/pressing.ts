/** What a press on a key does that a bot has put in place of letters. Loaded with the keys. */

import { call, inputPeer } from '../api.ts'
import { pickChat } from '../chats/picker.tsx'
import { write } from '../compose/outbox.ts'
import { makePoll } from '../compose/poll_dialog.tsx'
import type { BotButton, Message, Peer } from '../model/types.ts'
import type { Place } from '../nav.ts'
import { named } from '../people/naming.ts'
import { peer, self } from '../store.ts'
import { confirm, say } from '../ui/overlays.tsx'
import { t } from '../words.ts'

const PATIENCE_MS = 20_000 // until where one is must be known

async function giveNumber(place: Place, message: Message): Promise<void> {
  const me = peer(self.peek()).peek()
  const phone = me?.phone ?? ''
  if (me === undefined || phone === '') return say(t('bots.number.none'))
  const question = { title: t('bots.number.ask', { name: named(peer(message.from).peek()) }), text: `+${phone.replace(/^\+/, '')}`, yes: t('bots.number.give') }
  if (!(await confirm(question))) return
  const [firstName, lastName] = [me.first ?? me.name, me.last ?? '']
  const media = { _: 'inputMediaContact' as const, phoneNumber: phone, firstName, lastName, vcard: '' }
  const look = { is: 'contact' as const, name: me.name, phone, user: me.id }
  await write({ ...place, text: '', entities: [], reply: message.id, media, look })
}

function whereIAm(): Promise<GeolocationCoordinates> {
  return new Promise((found, fail) => {
    navigator.geolocation.getCurrentPosition(({ coords }) => found(coords), fail, { timeout: PATIENCE_MS })
  })
}

async function givePlace(place: Place, message: Message): Promise<void> {
  if (!(await confirm({ title: t('bots.place.ask', { name: named(peer(message.from).peek()) }), yes: t('bots.place.give') }))) return
  const at = await whereIAm().catch(() => null)
  if (at === null) return say(t('bots.place.unknown'))
  const { latitude: lat, longitude: long } = at
  const media = { _: 'inputMediaGeoPoint' as const, geoPoint: { _: 'inputGeoPoint' as const, lat, long } }
  await write({ ...place, text: '', entities: [], reply: message.id, media, look: { is: 'place', lat, long, title: '', address: '' } })
}

const KINDS: Record<string, (one: Peer) => boolean> = {
  requestPeerTypeUser: ({ kind, self: me }) => kind === 'user' && me !== true,
  requestPeerTypeChat: ({ kind }) => kind === 'group' || kind === 'supergroup',
  requestPeerTypeBroadcast: ({ kind }) => kind === 'channel',
}

function giveChat(message: Message, { button, kind }: NonNullable<BotButton['wants']>): void {
  const fits = KINDS[kind]
  if (fits === undefined) return say(t('history.button.unknown'))
  const give = async (chat: number): Promise<void> => {
    const peers = [inputPeer(chat)]
    await call({ _: 'messages.sendBotRequestedPeer', peer: inputPeer(message.chat), msgId: message.id, buttonId: button, requestedPeers: peers })
  }
  pickChat(t('bots.chat.choose'), (chat) => void give(chat).catch(() => say(t('bots.chat.refused'))), fits)
}

/** Do what a key is for. `place`: the conversation that is open. */
export async function pressKey(place: Place, message: Message, key: BotButton): Promise<void> {
  const alone = peer(place.chat).peek()?.kind === 'user'
  switch (key.kind) {
    case 'keyboardButton':
      return write({ chat: place.chat, top: place.top, text: key.text, entities: [], reply: alone ? 0 : message.id })
    case 'keyboardButtonRequestPhone':
      return giveNumber({ ...place }, message)
    case 'keyboardButtonRequestGeoLocation':
      return givePlace({ ...place }, message)
    case 'keyboardButtonRequestPoll':
      return makePoll(place)
    case 'keyboardButtonRequestPeer':
      return key.wants === undefined ? undefined : giveChat(message, key.wants)
    default:
      say(t('history.button.unknown'))
  }
}
