/** A line over the conversation while something is heard: what it is, pausing it, going to it, ending it. */

import { useEffect, useRef } from 'preact/hooks'

import { jump } from '../history/jump.ts'
import { peer } from '../store.ts'
import { nameOf } from '../ui/avatar.tsx'
import { IconButton } from '../ui/kit.tsx'
import { t } from '../words.ts'
import * as player from './player.ts'
import { SpeedButton } from './voice.tsx'

/** Where a round video goes on while its message is not on the page. */
function Parking() {
  const box = useRef<HTMLSpanElement>(null)
  useEffect(() => {
    if (box.current === null) return undefined
    player.offerParking(box.current)
    return () => player.offerParking(null)
  }, [])
  return <span class="player-parking" ref={box} aria-hidden="true" />
}

function Progress() {
  const now = player.track.value
  const part = player.position.value / Math.max(now?.doc.seconds ?? 0, 0.1)
  return <span class="player-progress" style={{ inlineSize: `${Math.min(1, part) * 100}%` }} />
}

export function PlayerBar() {
  const now = player.track.value
  if (now === null) return null
  const { message, doc } = now
  const who = nameOf(peer(message.from).value)
  const music = doc.kind === 'audio'
  const title = music ? doc.title || doc.name || t('chats.audio') : who
  const plays = player.playing.value
  return (
    <section class="player" aria-label={t('media.player')}>
      <IconButton
        icon={plays ? 'pause' : 'play'}
        label={t(plays ? 'media.pause' : 'media.play', { name: title })}
        onPress={() => player.toggle(message)}
      />
      <Parking />
      <button type="button" class="player-text" onClick={() => jump(message.chat, message.id)}>
        <span class="row-title" dir="auto">
          {title}
        </span>
        <span class="row-note" dir="auto">
          {music ? (doc.performer ?? who) : t(doc.kind === 'round' ? 'chats.round' : 'chats.voice')}
        </span>
      </button>
      <SpeedButton />
      <IconButton icon="close" label={t('media.stop')} onPress={player.stop} />
      <Progress />
    </section>
  )
}
