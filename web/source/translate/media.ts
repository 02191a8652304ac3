/** Photos, files and what else a message carries, as the views show them. */

import { hexadecimal } from '../model/bytes.ts'
import type { Doc, Media, Picture, Poll, WebPage } from '../model/types.ts'
import type * as api from './tl.ts'
import { entities } from './messages.ts'
import { clean } from '../ui/bidi.ts'

export function picture(photo: api.Photo | undefined): Picture | null {
  if (photo?._ !== 'photo') return null
  const sizes: Picture['sizes'] = []
  for (const size of photo.sizes) {
    if (size._ === 'photoSize') sizes.push({ type: size.type, width: size.w, height: size.h, bytes: size.size })
    else if (size._ === 'photoSizeProgressive') {
      const bytes = size.sizes.at(-1) ?? 0
      sizes.push({ type: size.type, width: size.w, height: size.h, bytes })
    }
  }
  sizes.sort((one, other) => one.width * one.height - other.width * other.height)
  const largest = sizes.at(-1)
  if (largest === undefined) return null
  const { id, accessHash, fileReference } = photo
  return {
    id: String(id),
    width: largest.width,
    height: largest.height,
    preview: stripped(photo.sizes),
    sizes,
    place: (thumbSize) => ({ _: 'inputPhotoFileLocation', id, accessHash, fileReference, thumbSize }),
  }
}

function stripped(sizes: api.PhotoSize[] | undefined): Uint8Array | null {
  const found = sizes?.find((size) => size._ === 'photoStrippedSize')
  return found?._ === 'photoStrippedSize' ? found.bytes : null
}

export function file(document: api.Document | undefined): Doc | null {
  if (document?._ !== 'document') return null
  const { id, accessHash, fileReference } = document
  const made: Doc = {
    id: String(id),
    type: document.mimeType,
    size: document.size,
    name: '',
    width: 0,
    height: 0,
    seconds: 0,
    kind: 'file',
    preview: stripped(document.thumbs),
    thumb: null,
    streams: false,
    place: (thumbSize = '') => ({ _: 'inputDocumentFileLocation', id, accessHash, fileReference, thumbSize }),
    input: { id, accessHash, fileReference },
  }
  for (const size of document.thumbs ?? []) {
    if (size._ !== 'photoSize' && size._ !== 'photoSizeProgressive') continue
    if (made.thumb === null || size.w > made.thumb.width) made.thumb = { type: size.type, width: size.w, height: size.h }
  }
  let animated = false
  for (const attribute of document.attributes) {
    switch (attribute._) {
      case 'documentAttributeFilename':
        made.name = clean(attribute.fileName)
        break
      case 'documentAttributeImageSize':
        Object.assign(made, { width: attribute.w, height: attribute.h })
        break
      case 'documentAttributeAnimated':
        animated = true
        break
      case 'documentAttributeVideo':
        Object.assign(made, {
          kind: attribute.roundMessage ? 'round' : 'video',
          width: attribute.w,
          height: attribute.h,
          seconds: attribute.duration,
          streams: attribute.supportsStreaming ?? false,
        })
        break
      case 'documentAttributeAudio':
        Object.assign(made, { kind: attribute.voice ? 'voice' : 'audio', seconds: attribute.duration })
        if (attribute.title !== undefined) made.title = clean(attribute.title)
        if (attribute.performer !== undefined) made.performer = clean(attribute.performer)
        if (attribute.waveform !== undefined) made.waveform = attribute.waveform
        break
      case 'documentAttributeSticker':
      case 'documentAttributeCustomEmoji':
        Object.assign(made, { kind: 'sticker', emoji: attribute.alt })
        if (attribute.stickerset._ === 'inputStickerSetID') {
          made.set = { id: `${attribute.stickerset.id}`, hash: `${attribute.stickerset.accessHash}` }
        }
        break
    }
  }
  if (animated && (made.kind === 'video' || made.type === 'image/gif')) made.kind = 'gif'
  return made
}

/** Return a poll with its results. */
export function poll(asked: api.Poll, results: api.PollResults): Poll {
  const found = new Map(results.results?.map((one) => [hexadecimal(one.option), one]))
  const options: Poll['options'] = []
  for (const answer of asked.answers) {
    if (answer._ !== 'pollAnswer') continue
    const key = hexadecimal(answer.option)
    const result = found.get(key)
    options.push({
      key,
      text: answer.text.text,
      entities: entities(answer.text.entities),
      votes: result?.voters ?? 0,
      chosen: result?.chosen ?? false,
      correct: result?.correct ?? false,
    })
  }
  return {
    id: String(asked.id),
    question: asked.question.text,
    questionEntities: entities(asked.question.entities),
    options,
    voters: results.totalVoters ?? 0,
    quiz: asked.quiz ?? false,
    several: asked.multipleChoice ?? false,
    open: asked.publicVoters ?? false,
    closed: asked.closed ?? false,
    solution: results.solution ?? '',
    solutionEntities: entities(results.solutionEntities),
    closesAt: asked.closeDate ?? 0,
    final: asked.revotingDisabled ?? false,
  }
}

const WIDE_PX = 500 // of a page's picture that is shown as wide as the message,
const WIDE_RATIO = 1.5 // if it is so much wider than high

const UNREAD = { is: 'page', site: '', title: '', text: '', photo: null, large: false } as const // a page that is being read

/** Return what is shown of a page; null if there is none. */
export function webPage(
  page: api.WebPage,
  shown: { forceLargeMedia?: boolean | undefined; forceSmallMedia?: boolean | undefined } = {},
): WebPage | null {
  if (page._ === 'webPagePending') return { ...UNREAD, id: String(page.id), url: page.url ?? '' }
  if (page._ !== 'webPage') return null
  const photo = picture(page.photo)
  const wide = photo !== null && photo.width >= WIDE_PX && photo.width >= photo.height * WIDE_RATIO
  return {
    is: 'page',
    id: String(page.id),
    url: page.url,
    site: clean(page.siteName ?? ''),
    title: clean(page.title ?? ''),
    text: page.description ?? '',
    photo,
    large: shown.forceLargeMedia === true || (wide && shown.forceSmallMedia !== true),
  }
}

export function media(given: api.Media | undefined): Media | null {
  if (given === undefined) return null
  switch (given._) {
    case 'messageMediaEmpty':
      return null
    case 'messageMediaPhoto': {
      const photo = picture(given.photo)
      if (photo === null || given.photo?._ !== 'photo') return { is: 'unknown', name: 'expired' }
      const { id, accessHash, fileReference } = given.photo
      return { is: 'photo', photo, spoiler: given.spoiler ?? false, input: { id, accessHash, fileReference } }
    }
    case 'messageMediaDocument': {
      const document = file(given.document)
      if (document === null) return { is: 'unknown', name: 'expired' }
      return { is: 'document', document, spoiler: given.spoiler ?? false }
    }
    case 'messageMediaWebPage':
      return webPage(given.webpage, given)
    case 'messageMediaPoll':
      return { is: 'poll', poll: poll(given.poll, given.results) }
    case 'messageMediaContact': {
      const name = clean(`${given.firstName} ${given.lastName}`)
      return { is: 'contact', name, phone: clean(given.phoneNumber), user: given.userId }
    }
    case 'messageMediaGeo':
    case 'messageMediaGeoLive':
      if (given.geo._ !== 'geoPoint') return { is: 'unknown', name: 'place' }
      return { is: 'place', lat: given.geo.lat, long: given.geo.long, title: '', address: '' }
    case 'messageMediaVenue': {
      if (given.geo._ !== 'geoPoint') return { is: 'unknown', name: 'place' }
      const { lat, long } = given.geo
      return { is: 'place', lat, long, title: clean(given.title), address: clean(given.address) }
    }
    case 'messageMediaDice':
      return { is: 'dice', emoji: given.emoticon, value: given.value }
    default:
      return { is: 'unknown', name: given._ }
  }
}
