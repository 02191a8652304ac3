/** From chosen files to entries of the outbox. */

import type { Place } from '../nav.ts'
import { attempt } from '../ui/refusals.ts'
import type { OutgoingFile } from './stored.ts'
import { write } from './outbox.ts'

/** Measure a picture; zeroes if it cannot be read as one. */
async function measured(file: File): Promise<{ width: number; height: number }> {
  try {
    const picture = await createImageBitmap(file)
    const { width, height } = picture
    picture.close()
    return { width, height }
  } catch {
    return { width: 0, height: 0 }
  }
}

async function outgoing(file: File): Promise<OutgoingFile> {
  const { width, height } = await measured(file)
  const photo = width > 0 && /^image\/(jpeg|png|webp)$/.test(file.type)
  return { blob: file, name: file.name, as: photo ? 'photo' : 'file', width, height, seconds: 0 }
}

/** Offer to send files to a place. */
export function offerFiles(place: Place, files: File[]): void {
  if (files.length === 0) return
  const { chat, top } = place
  void attempt(async () => {
    for (const file of files) {
      await write({ chat, top, text: '', entities: [], reply: 0, file: await outgoing(file) })
    }
  })
}
