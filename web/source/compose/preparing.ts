/** Making chosen files ready to be sent: large photos become smaller ones, in the worker. */

import { link } from '../api.ts'
import { type Chosen, PHOTO_SIDE_MAX, sentAs, shrinks, type Way } from './chosen.ts'
import type { OutgoingFile } from './stored.ts'

const QUALITY = 0.88
const THUMB_SIDE = 320 // pixels of the picture that stands for a file
const THUMB_QUALITY = 0.75

interface Made {
  blob: Blob
  width: number
  height: number
}

const under = new WeakMap<Blob, Promise<Made>>() // photos that are made smaller, or were

/** Make a photo smaller if it must be. It begins when the photo is chosen, so that it is ready when it is sent. */
function photo(one: Chosen): Promise<Made> {
  const { file: blob, width, height } = one
  if (!shrinks(one)) return Promise.resolve({ blob, width, height })
  let made = under.get(blob)
  if (made === undefined) {
    made = link.ask('shrink', { blob, side: PHOTO_SIDE_MAX, quality: QUALITY })
    made.catch(() => under.delete(blob))
    under.set(blob, made)
  }
  return made
}

export function begin(one: Chosen): void {
  if (one.kind === 'photo') photo(one).catch(() => undefined)
}

/** Return a file as it is sent. A photo that cannot be made smaller goes as a file. */
export async function prepared(one: Chosen, way: Way): Promise<OutgoingFile> {
  const { file: blob, name, seconds, spoiler, poster } = one
  const as = sentAs(one, way)
  const { width, height } = one
  const plain: OutgoingFile = { blob, name, as, width, height, seconds }
  if (as === 'photo') {
    const made = await photo(one).catch(() => null)
    return made === null ? { ...plain, as: 'file' } : { ...plain, ...made, spoiler }
  }
  if (as === 'file' && one.kind === 'photo') {
    const thumb = await link.ask('shrink', { blob, side: THUMB_SIDE, quality: THUMB_QUALITY }).catch(() => null)
    return thumb === null ? plain : { ...plain, thumb: thumb.blob }
  }
  if (as === 'file' || as === 'audio') return plain
  return { ...plain, spoiler, ...(poster === null ? {} : { thumb: poster }) }
}
