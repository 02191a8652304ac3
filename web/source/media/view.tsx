/** What a message shows beside its words. */

import type { ComponentChildren } from 'preact'

import { PollView } from '../history/poll.tsx'
import type { Doc, Message } from '../model/types.ts'
import { t } from '../words.ts'
import { Album } from './album.tsx'
import { ContactView, DiceView, PlaceView } from './cards.tsx'
import { FileView } from './file.tsx'
import { PagePreview } from './page.tsx'
import { RoundView } from './round.tsx'
import { StickerView } from './sticker.tsx'
import { AudioView, VoiceView } from './voice.tsx'

/** Say whether a message shows a picture or a moving one, which albums lay out in a grid. */
export function pictured({ media }: Message): boolean {
  if (media?.is === 'photo') return true
  return media?.is === 'document' && ['video', 'gif'].includes(media.document.kind)
}

function File({ message, doc }: { message: Message; doc: Doc }): ComponentChildren {
  switch (doc.kind) {
    case 'voice':
      return <VoiceView message={message} doc={doc} />
    case 'audio':
      return <AudioView message={message} doc={doc} />
    case 'round':
      return <RoundView message={message} doc={doc} />
    case 'sticker':
      return <StickerView message={message} doc={doc} />
    default:
      return <FileView message={message} doc={doc} />
  }
}

function Other({ message }: { message: Message }): ComponentChildren {
  const { media } = message
  switch (media?.is) {
    case 'document':
      return <File message={message} doc={media.document} />
    case 'page':
      return <PagePreview page={media} />
    case 'dice':
      return <DiceView media={media} />
    case 'contact':
      return <ContactView media={media} />
    case 'place':
      return <PlaceView media={media} />
    case 'poll':
      return <PollView message={message} poll={media.poll} />
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
