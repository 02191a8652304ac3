/** A film of the viewer, with the browser's own controls. */

import { useEffect, useRef, useState } from 'preact/hooks'

import type { Doc, Message } from '../model/types.ts'
import { Spinner } from '../ui/kit.tsx'
import { t } from '../words.ts'
import { usePicture } from './picture.ts'
import * as player from './player.ts'
import { playableUrl } from './streaming.ts'

type State = { is: 'coming' } | { is: 'ready'; url: string } | { is: 'failed'; why: string }

export function Film({ message, doc }: { message: Message; doc: Doc }) {
  const film = useRef<HTMLVideoElement>(null)
  const { url: poster } = usePicture(message, 800, true)
  const [state, setState] = useState<State>({ is: 'coming' })
  useEffect(() => {
    const abort = new AbortController()
    player.pause()
    void playableUrl(message, doc, abort.signal).then((url) => {
      if (abort.signal.aborted) return
      setState(url === null ? { is: 'failed', why: t('media.unreachable') } : { is: 'ready', url })
    })
    return () => {
      abort.abort()
      const { current } = film
      if (current === null) return
      current.pause()
      current.removeAttribute('src') // so that nothing more of it is fetched
      current.load()
    }
  }, [doc.id])
  const silent = doc.kind === 'gif'
  const style = { aspectRatio: `${doc.width || 16} / ${doc.height || 9}`, '--wide': `${doc.width || 640}px` }
  return (
    <div class="film" style={style}>
      {state.is === 'ready' && (
        <video
          ref={film}
          src={state.url}
          poster={poster ?? undefined}
          controls={!silent}
          loop={silent}
          muted={silent}
          autoPlay
          playsInline
          aria-label={t('chats.video')}
          onError={() => setState({ is: 'failed', why: t('media.unplayable') })}
        />
      )}
      {state.is !== 'ready' && poster !== null && <img src={poster} alt="" />}
      {state.is === 'coming' && (
        <span class="film-note">
          <Spinner label={t('ui.loading')} />
        </span>
      )}
      {state.is === 'failed' && (
        <p class="film-note" role="alert">
          {state.why}
        </p>
      )}
    </div>
  )
}
