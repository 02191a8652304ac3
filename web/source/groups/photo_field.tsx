/** Choosing the photo of a group or person: a file, cut to a square. */

import { useEffect, useRef, useState } from 'preact/hooks'

import type { Peer } from '../model/types.ts'
import { Avatar } from '../ui/avatar.tsx'
import { Icon } from '../ui/icons.tsx'
import { say } from '../ui/overlays.tsx'
import { t } from '../words.ts'

const SIDE_MAX = 1_280 // pixels of a side
const QUALITY = 0.9 // of the JPEG, 0 to 1

/** Return the middle square of a picture as JPEG; null if the file is none. */
export async function square(file: Blob): Promise<Blob | null> {
  let picture: ImageBitmap
  try {
    picture = await createImageBitmap(file)
  } catch {
    return null
  }
  const cut = Math.min(picture.width, picture.height)
  const side = Math.min(cut, SIDE_MAX)
  const canvas = document.createElement('canvas')
  canvas.width = side
  canvas.height = side
  const [x, y] = [(picture.width - cut) / 2, (picture.height - cut) / 2]
  const context = canvas.getContext('2d')
  if (context === null) return null
  context.fillStyle = '#ffffff' // under what is transparent: a JPEG knows no such thing
  context.fillRect(0, 0, side, side)
  context.drawImage(picture, x, y, cut, cut, 0, 0, side, side)
  picture.close()
  return new Promise((done) => canvas.toBlob(done, 'image/jpeg', QUALITY))
}

/** The photo as it is or is going to be, to be changed by a press. */
export function PhotoField(props: { peer?: Peer | undefined; chosen: Blob | null; onChoose: (photo: Blob) => void }) {
  const { peer, chosen, onChoose } = props
  const input = useRef<HTMLInputElement>(null)
  const [url, setUrl] = useState<string | null>(null)
  useEffect(() => {
    if (chosen === null) return setUrl(null)
    const made = URL.createObjectURL(chosen)
    setUrl(made)
    return () => URL.revokeObjectURL(made)
  }, [chosen])
  const take = async (file: File | undefined): Promise<void> => {
    if (file === undefined) return
    const photo = await square(file)
    if (photo === null) say(t('groups.photo.wrong'))
    else onChoose(photo)
  }
  return (
    <div class="photo-field">
      <button type="button" title={t('groups.photo.choose')} onClick={() => input.current?.click()}>
        <span class="visually-hidden">{t('groups.photo.choose')}</span>
        {url !== null ? (
          <span class="avatar avatar-96">
            <img src={url} alt="" />
          </span>
        ) : (
          peer !== undefined && <Avatar peer={peer} size={96} />
        )}
        <span class={url === null && peer === undefined ? 'photo-field-icon empty-field' : 'photo-field-icon'}>
          <Icon name="camera" />
        </span>
      </button>
      <input
        ref={input}
        type="file"
        accept="image/*"
        hidden
        aria-label={t('groups.photo.choose')}
        onChange={(event) => {
          void take(event.currentTarget.files?.[0])
          event.currentTarget.value = ''
        }}
      />
    </div>
  )
}
