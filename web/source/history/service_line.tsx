/** A service message as a line between the others: names open their chats, a pinned message is gone to. */

import { PhotoView } from '../media/small_photo.tsx'
import type { Message } from '../model/types.ts'
import { peer } from '../store.ts'
import { nameOf } from '../ui/avatar.tsx'
import { jump } from './jump.ts'
import { openPeer } from './links.ts'
import { servicePhoto, servicePieces, serviceText, type Piece } from './service.ts'

function PieceView({ piece, message }: { piece: Piece; message: Message }) {
  if (piece.is === 'words') return <>{piece.text}</>
  if (piece.is === 'peer') {
    return (
      <button type="button" class="service-link" onClick={() => openPeer(piece.peer)}>
        <bdi>{nameOf(peer(piece.peer).value)}</bdi>
      </button>
    )
  }
  const { reply } = message
  if (reply === null || reply.id === 0) return <>{piece.text}</>
  return (
    <button type="button" class="service-link" onClick={() => jump(reply.chat, reply.id)}>
      {piece.text}
    </button>
  )
}

export function ServiceLine({ message, highlighted }: { message: Message; highlighted: boolean }) {
  const photo = servicePhoto(message)
  return (
    <article
      class={highlighted ? 'service highlighted' : 'service'}
      data-id={message.id}
      tabIndex={-1}
      aria-label={serviceText(message)}
    >
      <span dir="auto">
        {servicePieces(message).map((piece, at) => (
          <PieceView key={at} piece={piece} message={message} />
        ))}
      </span>
      {photo !== null && <PhotoView photo={photo} class="service-photo" width={96} />}
    </article>
  )
}
