/** Somebody's photo over the whole page. */

import { useEffect, useState } from 'preact/hooks'

import { fetched } from '../media/cache.ts'
import { previewUrl } from '../media/preview.ts'
import type { Peer, Picture } from '../model/types.ts'
import { nameOf } from '../ui/avatar.tsx'
import { IconButton, Spinner } from '../ui/kit.tsx'
import { showModal } from '../ui/overlays.tsx'
import { t } from '../words.ts'

function Photo({ name, photo, close }: { name: string; photo: Picture; close: () => void }) {
  const [url, setUrl] = useState<string | null>(null)
  useEffect(() => {
    const size = photo.sizes.at(-1)
    if (size !== undefined) void fetched(`photo/${photo.id}/${size.type}`, photo.place(size.type), size.bytes, 'image/jpeg').then(setUrl)
  }, [photo.id])
  const shown = url ?? (photo.preview === null ? null : previewUrl(photo.preview))
  return (
    <div class="viewer" onClick={close}>
      <IconButton icon="close" label={t('ui.close')} onPress={close} class="viewer-close" />
      {shown === null ? <Spinner label={t('ui.loading')} /> : <img src={shown} alt={t('people.photo.of', { name })} />}
    </div>
  )
}

export function openPhoto(who: Peer, photo: Picture): void {
  showModal((close) => <Photo name={nameOf(who)} photo={photo} close={close} />, 'modal-viewer')
}
