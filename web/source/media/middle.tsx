/** What the viewer shows in its middle: a photo that can be looked at closely, or a film. */

import type { Signal } from '@preact/signals'
import { useEffect, useState } from 'preact/hooks'

import type { Message } from '../model/types.ts'
import { Spinner } from '../ui/kit.tsx'
import { t } from '../words.ts'
import { cached } from './cache.ts'
import { Film } from './film.tsx'
import { usePicture } from './picture.ts'
import { Stage } from './stage.tsx'
import { playableUrl } from './streaming.ts'
import type { Swipe, View } from './zoom.ts'

/** Return the address of some size of a photo that is here already. */
function atHand({ media }: Message): string | null {
  if (media?.is !== 'photo') return null
  const { id, sizes } = media.photo
  for (const { type } of [...sizes].reverse()) {
    const url = cached(`photo/${id}/${type}`)
    if (url !== null) return url
  }
  return null
}

export interface MiddleProps {
  message: Message
  view: Signal<View>
  swiped: (swipe: Swipe) => void
  close: () => void
}

function Photo({ message, view, swiped, close }: MiddleProps) {
  const { url, preview } = usePicture(message, innerWidth, true)
  const media = message.media?.is === 'photo' ? message.media.photo : null
  const shown = url ?? atHand(message)
  return (
    <>
      <Stage
        url={shown}
        preview={preview}
        alt={message.text === '' ? t('chats.photo') : t('media.photo.alt', { text: message.text })}
        width={media?.width ?? 0}
        height={media?.height ?? 0}
        view={view}
        swiped={swiped}
        pressed={close}
      />
      {url === null && (
        <span class="film-note">
          <Spinner label={t('ui.loading')} />
        </span>
      )}
    </>
  )
}

export function Middle(props: MiddleProps) {
  const { message } = props
  if (message.media?.is !== 'document') return <Photo {...props} />
  const { document: doc } = message.media
  if (!doc.type.startsWith('image/')) return <Film message={message} doc={doc} />
  return <Drawn {...props} />
}

/** A picture that is kept as a file: a GIF of the old kind. */
function Drawn({ message, view, swiped, close }: MiddleProps) {
  const [url, setUrl] = useState<string | null>(null)
  const doc = message.media?.is === 'document' ? message.media.document : null
  useEffect(() => {
    if (doc !== null) void playableUrl(message, doc).then(setUrl)
  }, [doc?.id])
  const { width = 0, height = 0 } = doc ?? {}
  return (
    <Stage url={url} preview={null} alt={t('chats.gif')} width={width} height={height} view={view} swiped={swiped} pressed={close} />
  )
}
