/** Finding out what a chosen file is: a picture, a film, a sound, and how large and long. */

import { type Chosen, type Kind, pictureKind } from './chosen.ts'

const POSTER_PX = 320 // the longer side of the picture that stands for a film
const POSTER_QUALITY = 0.8
const PATIENCE_MS = 8_000 // with a film that says nothing
const POSTER_S = 1 // the moment of a film that is shown

type Found = Pick<Chosen, 'kind' | 'width' | 'height' | 'seconds' | 'poster'>

const PLAIN: Found = { kind: 'file', width: 0, height: 0, seconds: 0, poster: null }

async function picture(file: Blob): Promise<Found> {
  try {
    const bitmap = await createImageBitmap(file)
    const { width, height } = bitmap
    bitmap.close()
    return { ...PLAIN, kind: pictureKind(file.type, width, height), width, height }
  } catch {
    return PLAIN
  }
}

/** Wait until an element tells of something; rejects if it cannot play, or takes too long. */
function told(element: HTMLMediaElement, event: string): Promise<void> {
  return new Promise((done, fail) => {
    const timer = setTimeout(() => fail(new Error('too long')), PATIENCE_MS)
    const end = (how: () => void) => () => {
      clearTimeout(timer)
      how()
    }
    element.addEventListener(event, end(done), { once: true })
    element.addEventListener('error', end(() => fail(new Error('unplayable'))), { once: true })
  })
}

async function posterOf(film: HTMLVideoElement): Promise<Blob | null> {
  const length = Number.isFinite(film.duration) ? film.duration : 0
  const there = told(film, 'seeked')
  film.currentTime = Math.min(POSTER_S, length / 2)
  await there
  const scale = Math.min(1, POSTER_PX / Math.max(film.videoWidth, film.videoHeight))
  const canvas = new OffscreenCanvas(Math.round(film.videoWidth * scale), Math.round(film.videoHeight * scale))
  const context = canvas.getContext('2d')
  if (context === null) return null
  context.drawImage(film, 0, 0, canvas.width, canvas.height)
  return canvas.convertToBlob({ type: 'image/jpeg', quality: POSTER_QUALITY })
}

async function playable(file: Blob, kind: Kind): Promise<Found> {
  const url = URL.createObjectURL(file)
  const element = document.createElement(kind === 'video' ? 'video' : 'audio')
  element.muted = true
  if (element instanceof HTMLVideoElement) element.playsInline = true
  element.preload = kind === 'video' ? 'auto' : 'metadata'
  try {
    const known = told(element, 'loadedmetadata') // Safari on phones brings pictures of a film only when one goes to them
    element.src = url
    await known
    const seconds = Number.isFinite(element.duration) ? element.duration : 0
    if (!(element instanceof HTMLVideoElement)) return { ...PLAIN, kind, seconds }
    const { videoWidth: width, videoHeight: height } = element
    if (width === 0 || height === 0) return PLAIN
    const poster = await posterOf(element).catch(() => null)
    return { kind, width, height, seconds, poster }
  } catch {
    return PLAIN
  } finally {
    element.removeAttribute('src')
    element.load()
    URL.revokeObjectURL(url)
  }
}

function looked(file: Blob): Promise<Found> {
  const [kind] = file.type.split('/')
  if (kind === 'image') return picture(file)
  if (kind === 'video') return playable(file, 'video')
  if (kind === 'audio') return playable(file, 'audio')
  return Promise.resolve(PLAIN)
}

/** Return a file with what can be found out about it. */
export async function look(file: File): Promise<Chosen> {
  const found = await looked(file)
  return { key: crypto.randomUUID(), file, name: file.name, spoiler: false, ...found }
}
