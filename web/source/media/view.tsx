/** What a message shows beside its words. */

import type { ComponentChildren } from 'preact'

import type { Message } from '../model/types.ts'
import { Album } from './album.tsx'
import { FileView } from './file.tsx'
import { PagePreview } from './page.tsx'
import { Icon } from '../ui/icons.tsx'
import { t } from '../words.ts'

/** Say whether a message shows a picture or a moving one, which albums lay out in a grid. */
export function pictured({ media }: Message): boolean {
  if (media?.is === 'photo') return true
  return media?.is === 'document' && ['video', 'gif'].includes(media.document.kind)
}

function Other({ message }: { message: Message }): ComponentChildren {
  const { media } = message
  switch (media?.is) {
    case 'document':
      return <FileView message={message} document={media.document} />
    case 'page':
      return <PagePreview page={media} />
    case 'dice':
      return <span class="dice">{media.emoji}</span>
    case 'contact':
      return (
        <div class="attached">
          <Icon name="person" />
          <span dir="auto">{media.name}</span>
        </div>
      )
    case 'place':
      return (
        <a
          class="attached"
          target="_blank"
          rel="noopener noreferrer"
          href={`https://www.openstreetmap.org/?mlat=${media.lat}&mlon=${media.long}#map=16/${media.lat}/${media.long}`}
        >
          <Icon name="place" />
          <span dir="auto">{media.title || `${media.lat.toFixed(5)}, ${media.long.toFixed(5)}`}</span>
        </a>
      )
    case 'poll':
      return <p class="hint">{media.poll.question}</p>
    default:
      return <p class="hint">{t('chats.unknown')}</p>
  }
}

export function MediaView({ parts }: { parts: readonly Message[] }) {
  const pictures = parts.filter(pictured)
  const others = parts.filter((one) => !pictured(one) && one.media !== null)
  return (
    <>
      {pictures.length > 0 && <Album parts={pictures} />}
      {others.map((one) => (
        <Other key={one.key} message={one} />
      ))}
    </>
  )
}
