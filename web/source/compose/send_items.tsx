/** What is about to be sent: pictures as they will lie in the album, files as lines. */

import { useEffect, useState } from 'preact/hooks'

import { mosaic } from '../media/mosaic.ts'
import { ending } from '../media/naming.ts'
import { Icon } from '../ui/icons.tsx'
import { IconButton } from '../ui/kit.tsx'
import { type MenuItem, openMenu } from '../ui/overlays.tsx'
import { duration, size } from '../ui/times.ts'
import { t } from '../words.ts'
import { type Chosen, sentAs, type Way } from './chosen.ts'

export interface Doing {
  remove: (key: string) => void
  move: (key: string, by: 1 | -1) => void
  put: (key: string, before: string) => void // dragged to where another is
  veil: (key: string) => void
}

interface ItemProps {
  one: Chosen
  name: string // as it is called for whoever does not see it
  first: boolean
  last: boolean
  doing: Doing
}

/** Return an address of a file's picture; null for one that has none. */
function usePreview({ kind, file, poster }: Chosen): string | null {
  const [url, setUrl] = useState<string | null>(null)
  useEffect(() => {
    const shown = kind === 'video' ? poster : kind === 'photo' || kind === 'gif' ? file : null
    if (shown === null) return undefined
    const made = URL.createObjectURL(shown)
    setUrl(made)
    return () => URL.revokeObjectURL(made)
  }, [file, poster])
  return url
}

function menuFor({ one, first, last, doing }: ItemProps, pictured: boolean): MenuItem[] {
  const items: MenuItem[] = []
  if (pictured) {
    const label = t(one.spoiler ? 'media.send.unveil' : 'media.send.veil')
    items.push({ icon: 'eye', label, do: () => doing.veil(one.key) })
  }
  if (!first) items.push({ icon: 'up', label: t('media.send.earlier'), do: () => doing.move(one.key, -1) })
  if (!last) items.push({ icon: 'down', label: t('media.send.later'), do: () => doing.move(one.key, 1) })
  items.push({ icon: 'trash', label: t('media.send.remove'), danger: true, do: () => doing.remove(one.key) })
  return items
}

/** What lets an item be dragged to where another one is. */
function dragging({ one, doing }: ItemProps): object {
  return {
    draggable: true,
    onDragStart(event: DragEvent) {
      event.dataTransfer?.setData('text/x-chosen', one.key)
      if (event.dataTransfer !== null) event.dataTransfer.effectAllowed = 'move'
    },
    onDragOver(event: DragEvent) {
      if (event.dataTransfer?.types.includes('text/x-chosen') === true) event.preventDefault()
    },
    onDrop(event: DragEvent) {
      const key = event.dataTransfer?.getData('text/x-chosen') ?? ''
      if (key === '') return
      event.preventDefault()
      event.stopPropagation()
      doing.put(key, one.key)
    },
  }
}

function Buttons(props: ItemProps & { pictured: boolean }) {
  const { one, name, doing, pictured } = props
  return (
    <span class="send-buttons">
      <IconButton
        icon="more"
        label={t('media.send.more', { name })}
        onPress={(event) => openMenu(event.currentTarget, menuFor(props, pictured))}
      />
      <IconButton icon="close" label={t('media.send.remove.one', { name })} onPress={() => doing.remove(one.key)} />
    </span>
  )
}

function PictureItem(props: ItemProps & { style: Record<string, string> }) {
  const { one, style } = props
  const url = usePreview(one)
  return (
    <li class={one.spoiler ? 'send-picture veiled' : 'send-picture'} style={style} {...dragging(props)}>
      {url !== null && <img src={url} alt={props.name} draggable={false} />}
      {one.kind === 'video' && (
        <span class="tile-mark">
          <Icon name="video" />
          {duration(one.seconds)}
        </span>
      )}
      {one.kind === 'gif' && <span class="tile-mark">{t('media.gif')}</span>}
      {one.spoiler && (
        <span class="tile-veil">
          <Icon name="eye" label={t('media.send.veiled')} />
        </span>
      )}
      <Buttons {...props} pictured />
    </li>
  )
}

function FileItem(props: ItemProps) {
  const { one } = props
  const url = usePreview(one)
  const kind = ending(one.name)
  const note = one.seconds > 0 ? `${size(one.file.size)}, ${duration(one.seconds)}` : size(one.file.size)
  return (
    <li class="send-file" {...dragging(props)}>
      <span class={url === null ? 'file-icon' : 'file-icon file-pictured'}>
        {url !== null ? <img src={url} alt="" /> : kind === '' ? <Icon name="file" /> : <span class="file-ending">{kind}</span>}
      </span>
      <span class="file-text">
        <span class="file-name" dir="auto">
          {one.name || t('chats.file')}
        </span>
        <span class="hint">{note}</span>
      </span>
      <Buttons {...props} pictured={false} />
    </li>
  )
}

/** One album, or a single file. */
export function Group({ set, all, way, doing }: { set: readonly Chosen[]; all: readonly Chosen[]; way: Way; doing: Doing }) {
  const pictures = set.every((one) => ['photo', 'video', 'gif'].includes(sentAs(one, way)))
  const propsOf = (one: Chosen): ItemProps => {
    const at = all.indexOf(one)
    const name = t('media.send.nth', { name: one.name || t('chats.file'), n: at + 1, of: all.length })
    return { one, name, first: at === 0, last: at === all.length - 1, doing }
  }
  if (!pictures) {
    return (
      <ul class="send-files">
        {set.map((one) => (
          <FileItem key={one.key} {...propsOf(one)} />
        ))}
      </ul>
    )
  }
  const made = mosaic(set.map(({ width, height }) => width / height))
  const percent = (value: number, of: number): string => `${(value / of) * 100}%`
  return (
    <ul class="send-pictures" style={{ aspectRatio: `${made.width} / ${made.height}` }}>
      {set.map((one, at) => {
        const tile = made.tiles[at] ?? { x: 0, y: 0, width: 0, height: 0 }
        const style = {
          insetInlineStart: percent(tile.x, made.width),
          insetBlockStart: percent(tile.y, made.height),
          inlineSize: percent(tile.width, made.width),
          blockSize: percent(tile.height, made.height),
        }
        return <PictureItem key={one.key} {...propsOf(one)} style={style} />
      })}
    </ul>
  )
}
