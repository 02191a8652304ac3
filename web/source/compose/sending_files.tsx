/** From chosen, dropped or pasted files to the dialog in which they are sent. */

import { signal } from '@preact/signals'

import type { Place } from '../nav.ts'
import { say, showModal } from '../ui/overlays.tsx'
import { attempt } from '../ui/refusals.ts'
import { size } from '../ui/times.ts'
import { t } from '../words.ts'
import { type Chosen, FILE_BYTES_MAX, troubleOf } from './chosen.ts'

const FILES_MAX = 100 // that are sent at once

/** What is in the open dialog; null while there is none. */
export interface Sheet {
  place: Place
  files: readonly Chosen[]
  coming: number // files that are still looked at
  asFiles: boolean
  words: string // that stood in the field
}

export const sheet = signal<Sheet | null>(null)

/** Leave out what cannot be sent, and say why in one sentence. */
function sendable(files: readonly File[]): File[] {
  const left = files.filter((file) => troubleOf(file) === null)
  const [large] = files.filter((file) => troubleOf(file) === 'large')
  const [empty] = files.filter((file) => troubleOf(file) === 'empty')
  if (large !== undefined) say(t('media.send.large', { name: large.name, size: size(FILE_BYTES_MAX) }))
  else if (empty !== undefined) say(t('media.send.empty', { name: empty.name }))
  if (left.length > FILES_MAX) say(t('media.send.many', { n: FILES_MAX }))
  return left.slice(0, FILES_MAX)
}

function change(how: (now: Sheet) => Sheet): void {
  if (sheet.peek() !== null) sheet.value = how(sheet.peek() as Sheet)
}

async function add(files: readonly File[]): Promise<void> {
  const { look } = await import('./looking.ts')
  const { begin } = await import('./preparing.ts')
  for (const file of files) {
    const chosen = await look(file)
    begin(chosen)
    change((now) => ({ ...now, files: [...now.files, chosen], coming: now.coming - 1 }))
  }
}

/** Offer to send files to a place; `words` become their caption, and `taken` is told when they were sent. */
export function offerFiles(
  place: Place,
  files: readonly File[],
  { asFiles = false, words = '', taken = () => undefined }: { asFiles?: boolean; words?: string; taken?: () => void } = {},
): void {
  const given = sendable(files)
  if (given.length === 0) return
  if (sheet.peek() !== null) change((now) => ({ ...now, coming: now.coming + given.length }))
  else {
    sheet.value = { place, files: [], coming: given.length, asFiles, words }
    void attempt(async () => {
      const { SendDialog } = await import('./send_dialog.tsx')
      showModal((close) => <SendDialog close={close} taken={taken} />, 'modal-send', t('media.send.title'))
    }).then((opened) => {
      if (!opened) sheet.value = null
    })
  }
  void attempt(() => add(given))
}
