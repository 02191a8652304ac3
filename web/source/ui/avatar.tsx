/** The round picture of a person or chat; until it is there, or without one, its initials on a colour of its own. */

import { useEffect, useState } from 'preact/hooks'

import { smallPhoto } from '../media/cache.ts'
import type { Peer } from '../model/types.ts'
import { t } from '../words.ts'
import { Icon } from './icons.tsx'

const COLOURS = 7 // as many as style.css names

/** Return the number of the colour that belongs to a peer. */
export function colourOf(id: number): number {
  return Math.abs(id) % COLOURS
}

export function initials(name: string): string {
  const words = name.trim().split(/\s+/u).filter((word) => word !== '')
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined]
  const found = letters.map((word) => (word === undefined ? '' : ([...word][0] ?? '')))
  return found.join('').toLocaleUpperCase()
}

export function Avatar({ peer, size = 48, saved = false }: { peer: Peer | undefined; size?: number; saved?: boolean }) {
  const [url, setUrl] = useState<string | null>(null)
  const photo = saved ? undefined : peer?.photo?.id
  useEffect(() => {
    setUrl(null)
    if (peer === undefined || photo === undefined) return
    let wanted = true
    void smallPhoto(peer).then((found) => {
      if (wanted) setUrl(found)
    })
    return () => {
      wanted = false
    }
  }, [peer?.id, photo])
  const name = `avatar avatar-${size} colour-${colourOf(peer?.id ?? 0)}`
  if (saved) {
    return (
      <span class={name} aria-hidden="true">
        <Icon name="bookmark" />
      </span>
    )
  }
  return (
    <span class={name} aria-hidden="true">
      {url === null ? (
        <span>{peer?.deleted === true ? '×' : initials(peer?.name ?? '')}</span>
      ) : (
        <img src={url} alt="" draggable={false} />
      )}
    </span>
  )
}

/** Return the name under which a peer is shown. */
export function nameOf(peer: Peer | undefined): string {
  if (peer === undefined) return ''
  if (peer.deleted === true) return t('ui.deleted')
  return peer.name || t('ui.unnamed')
}
