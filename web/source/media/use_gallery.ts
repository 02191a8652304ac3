/** The gallery of the viewer as a hook: it grows where one comes near its ends, and loses what is deleted. */

import { useEffect, useRef, useState } from 'preact/hooks'

import { isLocal } from '../compose/outgoing_media.ts'
import type { Message } from '../model/types.ts'
import { watch } from '../store.ts'
import { attempt } from '../ui/refusals.ts'
import { fetched } from './cache.ts'
import * as gallery from './gallery.ts'
import { photoSource } from './picture.ts'
import * as shared from './shared.ts'

/** Hold the gallery, and have more of it asked for where one comes near an end. */
export function useGallery(message: Message, beside: readonly Message[], top: number, close: () => void) {
  const [known, setKnown] = useState(() => gallery.opened(message, beside))
  const asking = useRef(false)
  const latest = useRef(known)
  latest.current = known
  const searchable = message.id > 0 && !(message.media?.is === 'document' && message.media.document.kind === 'gif')
  const add = (more: (now: gallery.Gallery) => Promise<gallery.Gallery>): void => {
    if (asking.current || !searchable) return
    asking.current = true
    void attempt(async () => {
      const { at } = latest.current
      const found = await more(latest.current)
      setKnown({ ...found, at: latest.current.at || at })
    }).then(() => {
      asking.current = false
    })
  }
  useEffect(() => add((now) => shared.around(now, message, top)), [])
  useEffect(
    () =>
      watch((event) => {
        if (event.type !== 'removed' || (event.chat !== null && event.chat !== message.chat)) return
        const left = gallery.without(latest.current, new Set(event.ids))
        if (left === null) close()
        else setKnown(left)
      }),
    [],
  )
  const go = (by: 1 | -1): void => {
    const next = gallery.moved(latest.current, by)
    if (next.at !== latest.current.at) setKnown(next)
    const ends = by === 1 ? next.end : next.start
    if (!ends && gallery.neighbour(gallery.moved(next, by), by) === undefined) {
      add((now) => shared.further(now, message.chat, top, by))
    }
  }
  return { known, go }
}

/** Fetch the photos beside the one that is looked at. */
export function usePrefetch(known: gallery.Gallery): void {
  useEffect(() => {
    for (const by of [1, -1] as const) {
      const media = gallery.neighbour(known, by)?.media
      if (media?.is !== 'photo' || isLocal(media.photo.id)) continue
      const source = photoSource(media.photo, innerWidth)
      if (source !== null) void fetched(source.key, source.place, source.bytes, source.type)
    }
  }, [known.at, known.messages])
}
