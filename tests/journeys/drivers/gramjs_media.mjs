// GramJS's part in media: sends each kind, says what it sees, and fetches it.
import { randomBytes } from 'node:crypto'
import { statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { load } from './wire.mjs'

const { Api } = load('telegram')
const { CustomFile } = load('telegram/client/uploads')
const bigInt = load('big-integer')

const PLAIN = { MessageMediaGeo: 'location', MessageMediaGeoLive: 'live_location', MessageMediaVenue: 'venue', MessageMediaDice: 'dice',
  MessageMediaContact: 'contact', MessageMediaPoll: 'poll', MessageMediaPhoto: 'photo' }
// by which filter each kind is searched for
const FILTERS = { photo: 'Photos', video: 'Video', gif: 'Gif', voice: 'Voice', music: 'Music', document: 'Document', round: 'RoundVideo' }
const randomId = () => bigInt(randomBytes(7).toString('hex'), 16)
const plain = value => value === undefined || value === null ? undefined : Number(value.toString())

/** An attribute of a document; undefined for none. */
const attribute = (media, name) => media?.document?.attributes?.find(a => a.className === 'DocumentAttribute' + name)

/** What kind of media a message has; '' for none. */
export function kindOf (message) {
  const media = message.media
  if (media?.className === 'MessageMediaPhoto' && !media.photo) return ''
  if (media?.className !== 'MessageMediaDocument') return PLAIN[media?.className] ?? ''
  if (!media.document) return '' // it has vanished
  if (attribute(media, 'Animated')) return 'gif'
  const [film, sound] = [attribute(media, 'Video'), attribute(media, 'Audio')]
  if (film) return film.roundMessage ? 'round' : 'video'
  return sound ? sound.voice ? 'voice' : 'music' : 'document'
}

/** What the library sees of a message's media. */
function seen (message) {
  const media = message.media ?? {}
  const film = attribute(media, 'Video') ?? attribute(media, 'ImageSize')
  const sound = attribute(media, 'Audio')
  const sizes = media.photo?.sizes?.filter(s => s.w) ?? []
  const largest = sizes.sort((a, b) => b.w - a.w)[0]
  const geo = media.geo ?? {}
  return {
    kind: kindOf(message), caption: message.message ?? '', album: message.groupedId?.toString() ?? '', spoiler: Boolean(media.spoiler),
    ttl: media.ttlSeconds ?? 0, forwarded: Boolean(message.fwdFrom), unheard: Boolean(message.mediaUnread), size: plain(media.document?.size), mime: media.document?.mimeType,
    width: film?.w ?? largest?.w, height: film?.h ?? largest?.h, duration: plain((film ?? sound)?.duration),
    title: sound?.title ?? media.title, performer: sound?.performer, address: media.address, lat: geo.lat, long: geo.long, period: media.period,
    value: media.value, emoji: media.emoticon, phone: media.phoneNumber, first: media.firstName, last: media.lastName,
    ...(sound?.waveform ? { waveform: Buffer.from(sound.waveform).toString('base64') } : {}),
  }
}

/** What needs no file, to be sent; undefined for anything else. */
function input (kind, given) {
  const geoPoint = new Api.InputGeoPoint({ lat: given.lat, long: given.long })
  switch (kind) {
    case 'contact': return new Api.InputMediaContact({ phoneNumber: given.phone, firstName: given.first, lastName: given.last, vcard: '' })
    case 'location': return new Api.InputMediaGeoPoint({ geoPoint })
    case 'live_location': return new Api.InputMediaGeoLive({ geoPoint, period: given.period })
    case 'venue': return new Api.InputMediaVenue({ geoPoint, title: given.title, address: given.address, provider: '', venueId: '', venueType: '' })
    case 'dice': return new Api.InputMediaDice({ emoticon: given.emoji })
  }
}

/** How a file is sent as one kind. */
function how (kind, given) {
  if (kind === 'voice') return { voiceNote: true, attributes: [new Api.DocumentAttributeAudio({ voice: true, duration: given.duration })] }
  if (kind === 'music') return { attributes: [new Api.DocumentAttributeAudio({ title: given.title, duration: given.duration })] }
  if (kind === 'round') return { attributes: [new Api.DocumentAttributeVideo({ roundMessage: true, w: 1, h: 1, duration: 0 })] }
  return kind === 'document' ? { forceDocument: true } : {}
}

/** A file, uploaded. */
const upload = async (client, file) => client.uploadFile({ file: new CustomFile(path.basename(file), statSync(file).size, file), workers: 1 })

/** Send a medium as it is; return its message's number. */
export async function sendMedia (client, to, media, caption = '') {
  const peer = await client.getInputEntity(to)
  const answer = await client.invoke(new Api.messages.SendMedia({ peer, media, message: caption, randomId: randomId() }))
  return answer.updates.find(u => u.className === 'UpdateMessageID').id
}

/** What a device is asked to do with media. */
export const mediaActs = (client, named) => ({
  async post ({ to, kind, caption, ...given }) {
    const ready = input(kind, given)
    if (ready || given.spoiler || given.ttl) {
      const media = ready ?? new Api.InputMediaUploadedPhoto({ file: await upload(client(), given.path), spoiler: given.spoiler, ttlSeconds: given.ttl })
      return { id: await sendMedia(client(), named(to), media, caption) }
    }
    return { id: (await client().sendFile(named(to), { file: given.path, caption, workers: 1, ...how(kind, given) })).id }
  },
  async post_album ({ to, paths, caption }) {
    const sent = await client().sendFile(named(to), { file: paths, caption: [caption], workers: 1 })
    return { ids: sent.map(m => m.id) }
  },
  async media ({ to, id }) { return seen((await client().getMessages(named(to), { ids: [id] }))[0]) },
  async count ({ to, kind }) {
    return (await client().getMessages(named(to), { filter: new Api[`InputMessagesFilter${FILTERS[kind]}`](), limit: 50 })).length
  },
  async download_part ({ to, id, path, offset, size }) {
    const [message] = await client().getMessages(named(to), { ids: [id] })
    const parts = []
    let got = 0
    for await (const part of client().iterDownload({ file: message.media, offset: bigInt(offset), requestSize: 64 * 1024 })) {
      parts.push(part)
      got += part.length
      if (got >= size) break
    }
    writeFileSync(path, Buffer.concat(parts).subarray(0, size))
  },
  async replace_photo ({ to, id, path, caption }) { await client().editMessage(named(to), { message: id, text: caption, file: path }) },
  async open_media ({ id }) { await client().invoke(new Api.messages.ReadMessageContents({ id: [id] })) },
  async move_place ({ to, id, lat, long }) {
    const media = new Api.InputMediaGeoLive({ geoPoint: new Api.InputGeoPoint({ lat, long }) })
    await client().invoke(new Api.messages.EditMessage({ peer: await client().getInputEntity(named(to)), id, media }))
  },
  async set_photo ({ path }) { await client().invoke(new Api.photos.UploadProfilePhoto({ file: await upload(client(), path) })) },
  async set_film ({ path, start }) { await client().invoke(new Api.photos.UploadProfilePhoto({ video: await upload(client(), path), videoStartTs: start })) },
  async download_film_of ({ to, path }) {
    const { photos: [photo] } = await client().invoke(new Api.photos.GetUserPhotos({ userId: named(to), offset: 0, maxId: bigInt(0), limit: 1 }))
    const film = photo?.videoSizes?.find(size => size.type === 'u')
    if (!film) return false
    const { id, accessHash, fileReference, dcId } = photo
    const place = new Api.InputPhotoFileLocation({ id, accessHash, fileReference, thumbSize: film.type })
    writeFileSync(path, await client().downloadFile(place, { dcId, fileSize: bigInt(film.size) }))
    return true
  },
  async suggest_photo ({ to, path }) {
    await client().invoke(new Api.photos.UploadContactProfilePhoto({ userId: named(to), suggest: true, file: await upload(client(), path) }))
  },
  async take_photo ({ to }) {
    for (const message of await client().getMessages(named(to), { limit: 5 })) {
      if (message.action?.className !== 'MessageActionSuggestProfilePhoto') continue
      const { id, accessHash, fileReference } = message.action.photo
      await client().invoke(new Api.photos.UpdateProfilePhoto({ id: new Api.InputPhoto({ id, accessHash, fileReference }) }))
      return true
    }
    return false
  },
  async set_chat_photo ({ to, path }) {
    const photo = new Api.InputChatUploadedPhoto({ file: await upload(client(), path) })
    const peer = await client().getInputEntity(named(to))
    await client().invoke(peer.className === 'InputPeerChannel' ? new Api.channels.EditPhoto({ channel: peer, photo }) : new Api.messages.EditChatPhoto({ chatId: peer.chatId, photo }))
  },
  async download_photo_of ({ to, path }) {
    const got = await client().downloadProfilePhoto(named(to), { isBig: true })
    writeFileSync(path, got)
    return got.length > 0
  },
})
