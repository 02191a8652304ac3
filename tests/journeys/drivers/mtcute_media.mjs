// mtcute's part in media: sends each kind, says what it sees, and fetches it.
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'

const MIMES = { '.mp4': 'video/mp4', '.ogg': 'audio/ogg', '.mp3': 'audio/mpeg', '.jpg': 'image/jpeg', '.webp': 'image/webp' }
const KINDS = { audio: 'music', voice: 'voice', document: 'document', photo: 'photo', sticker: 'sticker', location: 'location',
  live_location: 'live_location', venue: 'venue', dice: 'dice', contact: 'contact', poll: 'poll' }

// by which filter each kind is searched for
const FILTERS = { photo: 'Photos', video: 'Video', gif: 'Gif', voice: 'Voice', music: 'Music', document: 'Document', round: 'RoundVideo' }

/** What kind of media a message has; '' for none. */
export function kindOf (message) {
  const media = message.media
  if (media?.type === 'video') return media.isRound ? 'round' : media.isAnimation ? 'gif' : 'video'
  return KINDS[media?.type] ?? ''
}

/** What the library sees of a message's media. */
function seen (message) {
  const m = message.media ?? {}
  const place = m.type === 'venue' ? m.location : m
  return {
    kind: kindOf(message), caption: message.text, album: message.groupedIdUnique ?? '', spoiler: Boolean(m.hasSpoiler),
    ttl: m.ttlSeconds ?? 0, forwarded: message.forward !== null, unheard: Boolean(message.raw.mediaUnread), size: m.fileSize, mime: m.mimeType, width: m.width, height: m.height,
    duration: m.duration, title: m.title, performer: m.performer, address: m.address,
    lat: place.latitude, long: place.longitude, period: m.period, value: m.value, emoji: m.emoji,
    phone: m.phoneNumber, first: m.firstName, last: m.lastName,
    ...(m.attr?.waveform ? { waveform: Buffer.from(m.attr.waveform).toString('base64') } : {}),
  }
}

/** Let the library count what it did by a call of its lowest level: it believes otherwise that it missed something. */
export function counted (client, { pts, ptsCount }) {
  if (!ptsCount) return
  client.handleClientUpdate({ _: 'updates', seq: 0, date: 0, chats: [], users: [], updates: [{ _: 'updateDeleteMessages', messages: [], pts, ptsCount }] })
}

/** A file to be sent. */
function file (given) {
  const ending = path.extname(given.path)
  return { file: readFileSync(given.path), fileName: path.basename(given.path), fileMime: MIMES[ending] ?? 'application/octet-stream' }
}

/** A medium to be sent. */
function input (kind, given) {
  const place = { latitude: given.lat, longitude: given.long }
  switch (kind) {
    case 'photo': return { type: 'photo', file: readFileSync(given.path), spoiler: given.spoiler, ttlSeconds: given.ttl }
    case 'video': return { type: 'video', ...file(given) }
    case 'round': return { type: 'video', isRound: true, ...file(given) }
    case 'gif': return { type: 'video', isAnimated: true, ...file(given) }
    case 'voice': return { type: 'voice', duration: given.duration, ...file(given) }
    case 'music': return { type: 'audio', duration: given.duration, title: given.title, ...file(given) }
    case 'document': return { type: 'document', ...file(given) }
    case 'contact': return { type: 'contact', phone: given.phone, firstName: given.first, lastName: given.last }
    case 'location': return { type: 'geo', ...place }
    case 'live_location': return { type: 'geo_live', period: given.period, ...place }
    case 'venue': return { type: 'venue', title: given.title, address: given.address, ...place }
    case 'dice': return { type: 'dice', emoji: given.emoji }
  }
  throw new Error(kind)
}

/** What a device is asked to do with media. */
export const mediaActs = client => ({
  async post ({ to, kind, caption, ...given }) { return { id: (await client().sendMedia(to, { ...input(kind, given), ...(caption ? { caption } : {}) })).id } },
  async post_album ({ to, paths, caption }) {
    const album = paths.map((path, place) => ({ ...input(path.endsWith('.mp4') ? 'video' : 'photo', { path }), ...(place ? {} : { caption }) }))
    return { ids: (await client().sendMediaGroup(to, album)).map(m => m.id) }
  },
  async media ({ to, id }) { return seen((await client().getMessages(to, id))[0]) },
  async count ({ to, kind }) { return (await client().searchMessages({ chatId: to, filter: { _: `inputMessagesFilter${FILTERS[kind]}` }, limit: 50 })).length },
  async download_part ({ to, id, path, offset, size }) {
    const [message] = await client().getMessages(to, id)
    const parts = []
    let got = 0
    for await (const part of client().downloadAsIterable(message.media, { offset, partSize: 64 })) {
      parts.push(part)
      got += part.length
      if (got >= size) break
    }
    writeFileSync(path, Buffer.concat(parts).subarray(0, size))
  },
  async replace_photo ({ to, id, path, caption }) {
    await client().editMessage({ chatId: to, message: id, media: { type: 'photo', file: readFileSync(path), caption } })
  },
  async open_media ({ id }) { counted(client(), await client().call({ _: 'messages.readMessageContents', id: [id] })) },
  async move_place ({ to, id, lat, long }) {
    const media = { _: 'inputMediaGeoLive', geoPoint: { _: 'inputGeoPoint', lat, long } }
    client().handleClientUpdate(await client().call({ _: 'messages.editMessage', peer: await client().resolvePeer(to), id, media }))
  },
  async set_photo ({ path }) { await client().setMyProfilePhoto({ type: 'photo', media: readFileSync(path) }) },
  async set_film ({ path, start }) { await client().setMyProfilePhoto({ type: 'video', media: readFileSync(path), previewSec: start }) },
  async download_film_of ({ to, path }) {
    const [photo] = await client().getProfilePhotos(to, { limit: 1 })
    if (!photo?.isAnimatedAvatar) return false
    writeFileSync(path, await client().downloadAsBuffer(photo.getThumbnail('u')))
    return true
  },
  async suggest_photo ({ to, path }) {
    const { inputFile } = await client().uploadFile({ file: readFileSync(path), fileName: 'photo.jpg' })
    await client().call({ _: 'photos.uploadContactProfilePhoto', suggest: true, userId: await client().resolveUser(to), file: inputFile })
  },
  async take_photo ({ to }) {
    for (const message of await client().getHistory(to, { limit: 5 })) {
      const { action } = message.raw
      if (action?._ !== 'messageActionSuggestProfilePhoto') continue
      const { id, accessHash, fileReference } = action.photo
      await client().setMyProfilePhoto({ type: 'photo', media: { _: 'inputPhoto', id, accessHash, fileReference } })
      return true
    }
    return false
  },
  async set_chat_photo ({ to, path }) { await client().setChatPhoto({ chatId: to, type: 'photo', media: readFileSync(path) }) },
  async download_photo_of ({ to, path }) {
    const peer = to > 0 ? await client().getUser(to) : await client().getChat(to)
    if (!peer.photo) return false
    writeFileSync(path, await client().downloadAsBuffer(peer.photo.big))
    return true
  },
})
