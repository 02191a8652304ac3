/** The button that opens the emoji, stickers and moving pictures to choose from, and what it opens. */

import type { ComponentType } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'

import type { Doc } from '../model/types.ts'
import { IconButton } from '../ui/kit.tsx'
import { Tabs } from '../ui/tabs.tsx'
import { t } from '../words.ts'

type Kind = 'emoji' | 'stickers' | 'gifs'

interface Chosen {
  insert: (emoji: string) => void
  send: ((one: Doc) => void) | null // null: while a message is edited
}

interface Views {
  EmojiPanel: ComponentType<{ chosen: (emoji: string) => void; close: () => void }>
  StickersPanel: ComponentType<{ chosen: (one: Doc) => void }>
  GifsPanel: ComponentType<{ chosen: (one: Doc) => void }>
}

let views: Views | null = null // loaded when they are first opened

async function load(): Promise<Views> {
  const [emoji, stickers] = await Promise.all([import('./emoji_panel.tsx'), import('./stickers_panel.tsx')])
  return { ...emoji, ...stickers }
}

function Panel({ insert, send, close }: Chosen & { close: () => void }) {
  const [kind, setKind] = useState<Kind>('emoji')
  const [ready, setReady] = useState(views !== null)
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (views === null) {
      void load().then((loaded) => {
        views = loaded
        setReady(true)
      })
    }
    const away = (event: PointerEvent): void => {
      const target = event.target as Element
      if (box.current?.contains(target) !== true && target.closest('.emoji-button, .menu-shade, .compose-line') === null) close()
    }
    const escape = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape' || document.querySelector('.menu, dialog[open]') !== null) return
      event.stopPropagation()
      close()
    }
    addEventListener('pointerdown', away)
    addEventListener('keydown', escape, true)
    return () => {
      removeEventListener('pointerdown', away)
      removeEventListener('keydown', escape, true)
    }
  }, [])
  const kinds: readonly { key: Kind; label: string }[] = [
    { key: 'emoji', label: t('compose.emoji') },
    { key: 'stickers', label: t('compose.stickers') },
    { key: 'gifs', label: t('compose.gifs') },
  ]
  const deliver = (one: Doc): void => {
    close()
    send?.(one)
  }
  return (
    <div
      ref={box}
      class="picker-panel"
      role="dialog"
      aria-label={t('compose.emoji')}
    >
      <div class="picker-view">
        {ready && views !== null && kind === 'emoji' && <views.EmojiPanel chosen={insert} close={close} />}
        {ready && views !== null && kind === 'stickers' && <views.StickersPanel chosen={deliver} />}
        {ready && views !== null && kind === 'gifs' && <views.GifsPanel chosen={deliver} />}
      </div>
      {send !== null && <Tabs label={t('compose.emoji')} tabs={kinds} chosen={kind} choose={setKind} />}
    </div>
  )
}

export function EmojiButton({ insert, send, closed }: Chosen & { closed: () => void }) {
  const [open, setOpen] = useState(false)
  const close = (): void => {
    setOpen(false)
    closed()
  }
  return (
    <>
      <IconButton
        icon="smile"
        class="emoji-button"
        label={t('compose.emoji')}
        expanded={open}
        onPress={() => (open ? close() : setOpen(true))}
      />
      {open && <Panel insert={insert} send={send} close={close} />}
    </>
  )
}
