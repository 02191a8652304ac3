/** Choosing files: by a button, by dropping them on the conversation, by pasting. */

import { createPortal } from 'preact/compat'
import { useEffect, useRef, useState } from 'preact/hooks'

import { allowed } from '../groups/rights.ts'
import type { Place } from '../nav.ts'
import { peer } from '../store.ts'
import { Icon } from '../ui/icons.tsx'
import { IconButton } from '../ui/kit.tsx'
import { openMenu, say } from '../ui/overlays.tsx'
import { t } from '../words.ts'
import { offerFiles } from './sending_files.tsx'

const STILL_MS = 700 // without a sign of dragging it has ended

interface Words {
  words?: () => string // what stands in the field: it becomes the caption
  taken?: () => void // it was sent
}

export function AttachButton({ place, words = () => '', taken }: { place: Place } & Words) {
  const pictures = useRef<HTMLInputElement>(null)
  const files = useRef<HTMLInputElement>(null)
  const offer = (input: HTMLInputElement, asFiles: boolean): void => {
    offerFiles(place, [...(input.files ?? [])], { asFiles, words: words(), ...(taken === undefined ? {} : { taken }) })
    input.value = ''
  }
  return (
    <>
      <IconButton
        icon="attach"
        label={t('compose.attach')}
        onPress={(event) =>
          openMenu(event.currentTarget, [
            { icon: 'photo', label: t('media.send.choose.pictures'), do: () => pictures.current?.click() },
            { icon: 'file', label: t('media.send.choose.files'), do: () => files.current?.click() },
            ...(mayAsk(place) ? [{ icon: 'poll' as const, label: t('compose.poll'), do: () => openPoll(place) }] : []),
          ])
        }
      />
      <input
        ref={pictures}
        type="file"
        multiple
        hidden
        accept="image/*,video/*"
        onChange={(event) => offer(event.currentTarget, false)}
      />
      <input ref={files} type="file" multiple hidden onChange={(event) => offer(event.currentTarget, true)} />
      <DropZones place={place} words={words} {...(taken === undefined ? {} : { taken })} />
    </>
  )
}

/** Say whether a poll can be made here: where several read. */
function mayAsk({ chat }: Place): boolean {
  const where = peer(chat).peek()
  if (where === undefined || where.kind === 'user') return false
  return where.kind === 'channel' || allowed(where, 'sendPolls')
}

function openPoll(place: Place): void {
  void import('./poll_dialog.tsx').then(({ makePoll }) => makePoll(place))
}

/** Return the files of a drop; folders are left out, and that is said. */
function dropped(transfer: DataTransfer | null): File[] {
  const found: File[] = []
  let folders = false
  for (const item of transfer?.items ?? []) {
    if (item.kind !== 'file') continue
    const file = item.getAsFile()
    if (item.webkitGetAsEntry()?.isDirectory === true) folders = true
    else if (file !== null) found.push(file)
  }
  if (folders && found.length === 0) say(t('media.send.folder'))
  return found
}

function carriesFiles(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes('Files') === true
}

/** Say whether what is dragged is, as far as the browser tells, pictures and films only. */
function pictured(event: DragEvent): boolean {
  const items = [...(event.dataTransfer?.items ?? [])].filter(({ kind }) => kind === 'file')
  return items.length > 0 && items.every(({ type }) => /^(image|video)\//.test(type))
}

type Over = 'nothing' | 'files' | 'pictures'

/** Where files are dropped, shown over the conversation while some are dragged over it. */
function DropZones({ place, words = () => '', taken }: { place: Place } & Words) {
  const anchor = useRef<HTMLSpanElement>(null)
  const [over, setOver] = useState<Over>('nothing')
  const conversation = useRef<HTMLElement | null>(null)
  useEffect(() => {
    const pane = anchor.current?.closest<HTMLElement>('.conversation')
    if (pane == null) return undefined
    conversation.current = pane
    let timer: ReturnType<typeof setTimeout>
    const end = (): void => {
      clearTimeout(timer)
      setOver('nothing')
    }
    const move = (event: DragEvent): void => {
      if (!carriesFiles(event)) return
      event.preventDefault()
      setOver(pictured(event) ? 'pictures' : 'files')
      clearTimeout(timer)
      timer = setTimeout(end, STILL_MS)
    }
    const leave = (event: DragEvent): void => {
      if (!(event.relatedTarget instanceof Node && pane.contains(event.relatedTarget))) end()
    }
    pane.addEventListener('dragover', move)
    pane.addEventListener('dragleave', leave)
    return () => {
      end()
      pane.removeEventListener('dragover', move)
      pane.removeEventListener('dragleave', leave)
    }
  }, [place.chat, place.top])
  const zone = (asFiles: boolean, label: string, icon: 'photo' | 'file') => (
    <div
      class="drop-zone"
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault()
        setOver('nothing')
        const how = { asFiles, words: words(), ...(taken === undefined ? {} : { taken }) }
        offerFiles(place, dropped(event.dataTransfer), how)
      }}
    >
      <Icon name={icon} />
      <span>{label}</span>
    </div>
  )
  return (
    <>
      <span ref={anchor} hidden />
      {over !== 'nothing' &&
        conversation.current !== null &&
        createPortal(
          <div class="drop" aria-hidden="true">
            {over === 'pictures' && zone(false, t('media.send.drop.pictures'), 'photo')}
            {zone(over === 'pictures', t('media.send.drop.files'), 'file')}
          </div>,
          conversation.current,
        )}
    </>
  )
}

/** Say whether a paste is words, though a picture of them comes along, as office programs send it. */
function isWords({ types, files }: DataTransfer): boolean {
  return types.includes('text/plain') && types.includes('text/html') && files.length === 1
}

/** Take files that are pasted into the field. */
export function usePaste(place: Place, { words = () => '', taken }: Words): object {
  return {
    onPaste(event: ClipboardEvent) {
      const files = [...(event.clipboardData?.files ?? [])]
      if (files.length === 0 || event.clipboardData === null || isWords(event.clipboardData)) return
      event.preventDefault()
      offerFiles(place, files, { words: words(), ...(taken === undefined ? {} : { taken }) })
    },
  }
}
