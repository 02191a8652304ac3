/** The tabs of a profile: photos and videos, files, links, voice messages, music. */

import type { TargetedKeyboardEvent } from 'preact'
import { useEffect, useId, useState } from 'preact/hooks'

import { jump } from '../history/jump.ts'
import { Text } from '../history/text.tsx'
import { fetched } from '../media/cache.ts'
import { previewUrl } from '../media/preview.ts'
import { MediaView } from '../media/view.tsx'
import { openViewer } from '../media/viewer_door.tsx'
import type { Message, PeerId } from '../model/types.ts'
import { peer } from '../store.ts'
import { nameOf } from '../ui/avatar.tsx'
import { End } from '../ui/end.tsx'
import { Icon } from '../ui/icons.tsx'
import { IconButton, Spinner } from '../ui/kit.tsx'
import { brief, dateAndTime, duration } from '../ui/times.ts'
import { t } from '../words.ts'
import { KINDS, type MediaKind, useCounts, useSent } from './shared_media_pages.ts'

const TILE_PX = 130 // CSS pixels of a picture in the grid

function useThumb({ media }: Message): string | null {
  const raw = media?.is === 'photo' ? media.photo.preview : media?.is === 'document' ? media.document.preview : null
  const [url, setUrl] = useState<string | null>(raw === null ? null : previewUrl(raw))
  const id = media?.is === 'photo' ? media.photo.id : media?.is === 'document' ? media.document.id : ''
  useEffect(() => {
    let wanted = true
    const show = (found: string | null): void => {
      if (wanted && found !== null) setUrl(found)
    }
    if (media?.is === 'photo') {
      const { photo } = media
      const size = photo.sizes.find((one) => one.width >= TILE_PX * devicePixelRatio) ?? photo.sizes.at(-1)
      if (size !== undefined) void fetched(`photo/${id}/${size.type}`, photo.place(size.type), size.bytes, 'image/jpeg').then(show)
    } else if (media?.is === 'document' && media.document.thumb !== null) {
      const { document } = media
      void fetched(`thumb/${id}`, document.place(document.thumb?.type), 0, 'image/jpeg').then(show)
    }
    return () => {
      wanted = false
    }
  }, [id])
  return url
}

function Tile({ message }: { message: Message }) {
  const url = useThumb(message)
  const { media } = message
  const video = media?.is === 'document' ? media.document : null
  const label = `${t(video === null ? 'chats.photo' : 'chats.video')}, ${nameOf(peer(message.from).value)}, ${dateAndTime(message.date)}`
  return (
    <button type="button" class="tile" aria-label={label} onClick={() => openViewer(message)}>
      {url !== null && <img src={url} alt="" loading="lazy" />}
      {video !== null && (
        <span class="tile-length">
          <Icon name="play" />
          {video.seconds > 0 && duration(video.seconds)}
        </span>
      )}
    </button>
  )
}

/** A file or voice message as it stands in the chat, with who sent it and the way there. */
function Line({ message }: { message: Message }) {
  return (
    <div class="shared-line">
      <div class="shared-what">
        <MediaView parts={[message]} />
        <span class="row-note" dir="auto">
          {nameOf(peer(message.from).value)} · {brief(message.date, Date.now() / 1000)}
        </span>
      </div>
      <IconButton icon="forwardArrow" label={t('people.show.message')} onPress={() => jump(message.chat, message.id)} />
    </div>
  )
}

function LinkLine({ message }: { message: Message }) {
  const { media } = message
  return (
    <div class="shared-line">
      <div class="shared-what">
        {media?.is === 'page' && media.title !== '' && (
          <span class="shared-title" dir="auto">
            {media.title}
          </span>
        )}
        <span class="shared-text" dir="auto">
          <Text text={message.text} entities={message.entities} />
        </span>
        <span class="row-note" dir="auto">
          {nameOf(peer(message.from).value)} · {brief(message.date, Date.now() / 1000)}
        </span>
      </div>
      <IconButton icon="forwardArrow" label={t('people.show.message')} onPress={() => jump(message.chat, message.id)} />
    </div>
  )
}

function Shown({ chat, top, kind, count }: { chat: PeerId; top: number; kind: MediaKind; count: number }) {
  const { messages, complete, more } = useSent(chat, top, kind, count)
  return (
    <>
      {kind === 'media' ? (
        <div class="tiles">
          {messages.map((one) => (
            <Tile key={one.id} message={one} />
          ))}
        </div>
      ) : (
        messages.map((one) => (kind === 'links' ? <LinkLine key={one.id} message={one} /> : <Line key={one.id} message={one} />))
      )}
      {!complete && (
        <div class="centred">
          <Spinner label={t('ui.loading')} />
        </div>
      )}
      <End more={more} />
    </>
  )
}

export function SharedMedia({ chat, top = 0 }: { chat: PeerId; top?: number }) {
  const counts = useCounts(chat, top)
  const [chosen, setChosen] = useState<MediaKind | null>(null)
  const id = useId()
  const there = KINDS.filter((kind) => (counts?.[kind] ?? 0) > 0)
  const kind = chosen !== null && there.includes(chosen) ? chosen : there[0]
  if (counts === null || kind === undefined) return null
  const move = (event: TargetedKeyboardEvent<HTMLElement>): void => {
    const forwards = document.documentElement.dir === 'rtl' ? 'ArrowLeft' : 'ArrowRight'
    const by = event.key === forwards ? 1 : event.key === 'ArrowLeft' || event.key === 'ArrowRight' ? -1 : 0
    if (by === 0) return
    event.preventDefault()
    const next = there[(there.indexOf(kind) + by + there.length) % there.length]
    if (next === undefined) return
    setChosen(next)
    document.getElementById(`${id}-${next}`)?.focus()
  }
  return (
    <section class="shared" aria-label={t('people.shared')}>
      <div class="shared-tabs" role="tablist" aria-label={t('people.shared')} onKeyDown={move}>
        {there.map((one) => (
          <button
            key={one}
            id={`${id}-${one}`}
            type="button"
            role="tab"
            class="shared-tab"
            aria-selected={one === kind}
            aria-controls={`${id}-shown`}
            tabIndex={one === kind ? 0 : -1}
            onClick={() => setChosen(one)}
          >
            {t(`people.shared.${one}`)}
          </button>
        ))}
      </div>
      <div role="tabpanel" id={`${id}-shown`} aria-labelledby={`${id}-${kind}`}>
        <Shown key={kind} chat={chat} top={top} kind={kind} count={counts[kind]} />
      </div>
    </section>
  )
}
