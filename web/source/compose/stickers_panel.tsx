/** The stickers and moving pictures one keeps at hand, shown as pictures; a press sends one. */

import { useEffect, useRef, useState } from 'preact/hooks'

import { call } from '../api.ts'
import { ANIMATED, Animated } from '../media/animated.tsx'
import { blobOf, fetched } from '../media/cache.ts'
import { useNear } from '../media/near.ts'
import { previewUrl } from '../media/preview.ts'
import type { Doc } from '../model/types.ts'
import { file } from '../translate/media.ts'
import type * as api from '../translate/tl.ts'
import { Empty, Spinner } from '../ui/kit.tsx'
import { attempt } from '../ui/refusals.ts'
import { Tabs } from '../ui/tabs.tsx'
import { t } from '../words.ts'
import { moveInGrid } from './emoji_panel.tsx'

const DRAWN_BYTES_MAX = 512 * 1024 // of a sticker that is fetched whole
const FACE_PX = 64 // of a sticker in the panel
const FOUND_MAX = 60 // stickers of a search
const RECENT = 'recent'
const KEPT = 'kept'

interface Shelf {
  key: string
  title: string
  input: api.InputStickerSet | null // null: the stickers are known
  stickers: Doc[]
}

const docs = (given: readonly api.Document[]): Doc[] => given.map(file).filter((one) => one !== null)

async function shelves(): Promise<Shelf[]> {
  const [recent, kept, sets] = await Promise.all([
    call({ _: 'messages.getRecentStickers', hash: 0n }),
    call({ _: 'messages.getFavedStickers', hash: 0n }),
    call({ _: 'messages.getAllStickers', hash: 0n }),
  ])
  const made: Shelf[] = []
  if (kept._ === 'messages.favedStickers') {
    made.push({ key: KEPT, title: t('compose.stickers.kept'), input: null, stickers: docs(kept.stickers) })
  }
  if (recent._ === 'messages.recentStickers') {
    made.push({ key: RECENT, title: t('compose.emoji.recent'), input: null, stickers: docs(recent.stickers) })
  }
  for (const { id, accessHash, title } of sets._ === 'messages.allStickers' ? sets.sets : []) {
    made.push({ key: `${id}`, title, input: { _: 'inputStickerSetID', id, accessHash }, stickers: [] })
  }
  return made.filter(({ input, stickers }) => input !== null || stickers.length > 0)
}

async function filled(shelf: Shelf): Promise<Doc[]> {
  if (shelf.input === null) return shelf.stickers
  const answer = await call({ _: 'messages.getStickerSet', stickerset: shelf.input, hash: 0 })
  return answer._ === 'messages.stickerSet' ? docs(answer.documents) : []
}

/** Find stickers by an emoji or the beginning of a word. */
async function foundFor(sought: string): Promise<Doc[]> {
  const asked = { q: sought, emoticon: '', langCode: [document.documentElement.lang], offset: 0, limit: FOUND_MAX, hash: 0n }
  const answer = await call({ _: 'messages.searchStickers', ...asked })
  return answer._ === 'messages.foundStickers' ? docs(answer.stickers) : []
}

async function wholeFile(document: Doc): Promise<Blob | null> {
  if (document.size > DRAWN_BYTES_MAX) return null
  const key = `file/${document.id}`
  await fetched(key, document.place(), document.size, document.type)
  return blobOf(key)
}

/** The picture of a sticker: itself where it is a picture, its first frame where it is a drawing that moves, else its small one. */
export function Face({ document, moves }: { document: Doc; moves: boolean }) {
  const frame = useRef<HTMLSpanElement>(null)
  const near = useNear(frame)
  const [url, setUrl] = useState('')
  const [drawn, setDrawn] = useState('') // the document whose drawing is there
  useEffect(() => {
    let wanted = true
    const whole = document.type.startsWith('image/') && document.size <= DRAWN_BYTES_MAX
    const found = whole
      ? fetched(`document/${document.id}`, document.place(), document.size, document.type)
      : document.thumb === null
        ? Promise.resolve(null)
        : fetched(`thumb/${document.id}`, document.place(document.thumb.type), 0, 'image/jpeg')
    void found.then((made) => {
      if (wanted && made !== null) setUrl(made)
    })
    return () => {
      wanted = false
    }
  }, [document.id])
  const shown = url || (document.preview === null ? '' : previewUrl(document.preview))
  const still = shown === '' ? <span class="sticker-emoji">{document.emoji ?? '…'}</span> : <img src={shown} alt="" draggable={false} />
  return (
    <span class="sticker-face" ref={frame}>
      {drawn !== document.id && still}
      {document.type === ANIMATED && near && (
        <Animated
          name={document.id}
          file={() => wholeFile(document)}
          width={FACE_PX}
          height={FACE_PX}
          moves={moves}
          shown={() => setDrawn(document.id)}
        />
      )}
    </span>
  )
}

function Grid({ documents, chosen, wide }: { documents: readonly Doc[]; chosen: (one: Doc) => void; wide: boolean }) {
  const [at, setAt] = useState('') // the sticker under the pointer or the focus: it moves
  return (
    <div class={wide ? 'sticker-grid wide' : 'sticker-grid'} onKeyDown={moveInGrid}>
      {documents.map((one, place) => (
        <button
          key={one.id}
          type="button"
          data-cell
          tabIndex={place === 0 ? 0 : -1}
          class="sticker-cell"
          aria-label={wide ? t('compose.gif.nth', { n: place + 1 }) : t('chats.sticker', { emoji: one.emoji ?? '' })}
          onClick={() => chosen(one)}
          onFocus={() => setAt(one.id)}
          onPointerEnter={() => setAt(one.id)}
        >
          <Face document={one} moves={at === one.id} />
        </button>
      ))}
    </div>
  )
}

function Waiting() {
  return (
    <div class="centred">
      <Spinner label={t('ui.loading')} />
    </div>
  )
}

export function StickersPanel({ chosen }: { chosen: (one: Doc) => void }) {
  const [all, setAll] = useState<Shelf[] | null>(null)
  const [key, setKey] = useState('')
  const [shown, setShown] = useState<Doc[] | null>(null)
  const [query, setQuery] = useState('')
  const wanted = useRef('')
  useEffect(() => {
    void attempt(async () => {
      const found = await shelves()
      setAll(found)
      setKey(found[0]?.key ?? '')
    })
  }, [])
  useEffect(() => {
    const shelf = all?.find((one) => one.key === key)
    const sought = query.trim()
    if (shelf === undefined) return
    const asked = sought === '' ? key : `?${sought}`
    wanted.current = asked
    setShown(null)
    void attempt(async () => {
      const found = sought === '' ? await filled(shelf) : await foundFor(sought)
      if (wanted.current === asked) setShown(found)
    })
  }, [all, key, query])
  if (all === null) return <Waiting />
  if (all.length === 0) return <Empty icon="sticker" title={t('compose.stickers.none')} note={t('compose.stickers.note')} />
  return (
    <>
      <div class="emoji-head">
        <input
          class="emoji-search"
          type="search"
          aria-label={t('compose.stickers.find')}
          placeholder={t('compose.stickers.find')}
          value={query}
          onInput={(event) => setQuery(event.currentTarget.value)}
        />
      </div>
      <Tabs label={t('compose.stickers')} tabs={all.map((one) => ({ key: one.key, label: one.title }))} chosen={key} choose={setKey} />
      <div class="emoji-list">{shown === null ? <Waiting /> : <Grid documents={shown} chosen={chosen} wide={false} />}</div>
    </>
  )
}

export function GifsPanel({ chosen }: { chosen: (one: Doc) => void }) {
  const [all, setAll] = useState<Doc[] | null>(null)
  useEffect(() => {
    void attempt(async () => {
      const answer = await call({ _: 'messages.getSavedGifs', hash: 0n })
      setAll(answer._ === 'messages.savedGifs' ? docs(answer.gifs) : [])
    })
  }, [])
  if (all === null) return <Waiting />
  if (all.length === 0) return <Empty icon="gif" title={t('compose.gifs.none')} note={t('compose.gifs.note')} />
  return (
    <div class="emoji-list">
      <Grid documents={all} chosen={chosen} wide />
    </div>
  )
}
