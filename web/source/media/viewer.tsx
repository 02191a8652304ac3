/** One picture over the whole page. */

import { useEffect, useState } from 'preact/hooks'

import { localUrl } from '../compose/outgoing_media.ts'
import type { Message } from '../model/types.ts'
import { IconButton, Spinner } from '../ui/kit.tsx'
import { showModal } from '../ui/overlays.tsx'
import { t } from '../words.ts'
import { fetched } from './cache.ts'

function Viewer({ message, close }: { message: Message; close: () => void }) {
  const [url, setUrl] = useState<string | null>(null)
  const { media } = message
  useEffect(() => {
    if (media?.is !== 'photo') return
    const { photo } = media
    const size = photo.sizes.at(-1)
    if (photo.id.startsWith('local-')) setUrl(localUrl(photo.id.slice(6)))
    else if (size !== undefined) {
      void fetched(`photo/${photo.id}/${size.type}`, photo.place(size.type), size.bytes, 'image/jpeg').then(setUrl)
    }
  }, [message])
  return (
    <div class="viewer" onClick={close}>
      <IconButton icon="close" label={t('ui.close')} onPress={close} class="viewer-close" />
      {url === null ? <Spinner label={t('ui.loading')} /> : <img src={url} alt={t('chats.photo')} />}
    </div>
  )
}

export function openViewer(message: Message): void {
  showModal((close) => <Viewer message={message} close={close} />, 'modal-viewer')
}
