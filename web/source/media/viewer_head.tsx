/** The line over the viewer's picture: whose it is, and what can be done with it. */

import { localUrl } from '../compose/outgoing_media.ts'
import { askToDelete } from '../history/deleting.tsx'
import { chooseTarget } from '../history/forwarding.tsx'
import { Text } from '../history/text.tsx'
import type { Message } from '../model/types.ts'
import { peer } from '../store.ts'
import { Avatar, nameOf } from '../ui/avatar.tsx'
import { IconButton, Ring } from '../ui/kit.tsx'
import { attempt } from '../ui/refusals.ts'
import { clock, day } from '../ui/times.ts'
import { t } from '../words.ts'
import { fetched } from './cache.ts'
import { downloadOf, handOver, save, stop } from './downloads.ts'
import { photoSource } from './picture.ts'
import { CLOSER } from './zoom.ts'

/** Save what is looked at. */
async function keep(message: Message): Promise<void> {
  const { media } = message
  if (media?.is === 'document') save(message, media.document)
  if (media?.is !== 'photo') return
  const source = photoSource(media.photo, Infinity)
  const url =
    localUrl(media.photo.id) ??
    (source === null ? null : await fetched(source.key, source.place, source.bytes, source.type))
  const day = new Date(message.date * 1000).toISOString().slice(0, 19).replace('T', '_').replace(/:/g, '-')
  if (url !== null) handOver(url, `photo_${day}.jpg`)
}

function DownloadButton({ message }: { message: Message }) {
  const { media } = message
  const doc = media?.is === 'document' ? media.document : null
  const download = doc === null ? null : downloadOf(doc).value
  if (doc === null || download?.running !== true) {
    return <IconButton icon="download" label={t('media.download')} onPress={() => void attempt(() => keep(message))} />
  }
  return (
    <button type="button" class="icon-button" aria-label={t('media.download.stop')} onClick={() => stop(doc)}>
      <Ring part={download.part} label={t('ui.loading')} />
    </button>
  )
}

export function Head({ message, zoomBy, close }: { message: Message; zoomBy: ((factor: number) => void) | null; close: () => void }) {
  const who = peer(message.from).value
  const kept = message.noForwards || peer(message.chat).value?.noForwards === true
  return (
    <header class="viewer-head">
      <Avatar peer={who} size={40} />
      <span class="viewer-who">
        <span class="row-title" dir="auto">
          {nameOf(who)}
        </span>
        <span class="row-note">{`${day(message.date, Date.now() / 1000)}, ${clock(message.date)}`}</span>
      </span>
      {zoomBy !== null && (
        <span class="viewer-zoom">
          <IconButton icon="minus" label={t('media.further')} onPress={() => zoomBy(1 / CLOSER)} />
          <IconButton icon="plus" label={t('media.closer')} onPress={() => zoomBy(CLOSER)} />
        </span>
      )}
      {!kept && <DownloadButton message={message} />}
      {!kept && message.id > 0 && (
        <IconButton icon="forward" label={t('history.forward')} onPress={() => chooseTarget([message])} />
      )}
      <IconButton icon="trash" label={t('history.delete')} onPress={() => askToDelete([message])} />
      <IconButton icon="close" label={t('ui.close')} onPress={close} />
    </header>
  )
}

export function Caption({ message }: { message: Message }) {
  if (message.text === '') return null
  return (
    <div class="viewer-caption" dir="auto" tabIndex={0} role="note">
      <Text text={message.text} entities={message.entities} />
    </div>
  )
}
