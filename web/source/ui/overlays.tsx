/** What lies over the page: modal dialogs, menus, and short notices. One host draws them all. */

import { signal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useEffect, useId, useLayoutEffect, useRef } from 'preact/hooks'

import { back, focusAgain, step } from '../nav.ts'
import { t } from '../words.ts'
import { Icon, type IconName } from './icons.tsx'
import { Button } from './kit.tsx'

const NOTICE_MS = 5_000 // a notice is shown

// -- modal dialogs ---------------------------------------------------------------------------------

interface Shown {
  id: number
  draw: (close: () => void) => ComponentChildren
  class: string
  label: string | undefined
}

const modals = signal<readonly Shown[]>([])
let numbered = 0

/** Show something modally: `draw` is given how to close it. Back closes it, too. `label`: where no heading names it. */
export function showModal(draw: (close: () => void) => ComponentChildren, className = '', label?: string): void {
  const id = ++numbered
  const from = document.activeElement
  step(() => {
    modals.value = modals.peek().filter((one) => one.id !== id)
    focusAgain(from)
  })
  modals.value = [...modals.peek(), { id, draw, class: className, label }]
}

function Modal({ shown, children }: { shown: Shown; children: ComponentChildren }) {
  const dialog = useRef<HTMLDialogElement>(null)
  const id = useId()
  useLayoutEffect(() => {
    const shownAs = dialog.current
    const title = shownAs?.querySelector('h2')
    if (title != null) {
      title.id = id
      shownAs?.setAttribute('aria-labelledby', id)
    }
    shownAs?.showModal()
    return () => shownAs?.close() // the focus goes back to where it was
  }, [])
  const close = (): void => void back()
  return (
    <dialog
      ref={dialog}
      class={`modal ${shown.class}`}
      aria-label={shown.label}
      onCancel={(event) => {
        event.preventDefault()
        close()
      }}
      onClick={(event) => {
        if (event.target === event.currentTarget) close()
      }}
    >
      {shown.draw(close)}
      {children}
    </dialog>
  )
}

/** Ask a question; resolves to whether it was answered with yes. */
export function confirm(question: {
  title: string
  text?: string
  yes: string
  danger?: boolean
}): Promise<boolean> {
  return new Promise((answer) => {
    const say = (yes: boolean, close: () => void) => () => {
      answer(yes)
      close()
    }
    showModal(
      (close) => (
        <form method="dialog" class="ask">
          <h2>{question.title}</h2>
          {question.text !== undefined && <p>{question.text}</p>}
          <div class="modal-actions">
            <Button kind="plain" onPress={say(false, close)}>
              {t('ui.cancel')}
            </Button>
            <Button kind={question.danger === true ? 'danger' : 'primary'} onPress={say(true, close)}>
              {question.yes}
            </Button>
          </div>
        </form>
      ),
      'modal-ask',
    )
  })
}

// -- menus -----------------------------------------------------------------------------------------

export interface MenuItem {
  icon?: IconName
  label: string
  note?: string
  danger?: boolean
  do: () => void
}

interface OpenMenu {
  x: number
  y: number
  items: readonly MenuItem[]
  above?: ComponentChildren // drawn over the items: a row of reactions
  from: Element | null
}

const menu = signal<OpenMenu | null>(null)

/** Open a menu at a point, or beside the button that was pressed. */
export function openMenu(
  at: { x: number; y: number } | Element,
  items: readonly MenuItem[],
  above?: ComponentChildren,
): void {
  const from = document.activeElement
  if (at instanceof Element) {
    const box = at.getBoundingClientRect()
    menu.value = { x: box.left, y: box.bottom + 4, items, above, from }
  } else menu.value = { ...at, items, above, from }
}

export function closeMenu(): void {
  const was = menu.peek()
  menu.value = null
  if (was?.from instanceof HTMLElement) was.from.focus()
}

function Menu({ open }: { open: OpenMenu }) {
  const box = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    const element = box.current
    if (element === null) return
    const place = (): void => {
      const { offsetWidth: width, offsetHeight: height } = element
      const x = Math.max(8, Math.min(open.x, innerWidth - width - 8))
      const above = open.y + height > innerHeight - 8
      element.style.left = `${x}px`
      element.style.top = `${above ? Math.max(8, Math.min(open.y, innerHeight - 8) - height) : open.y}px`
    }
    place()
    element.querySelector<HTMLElement>('[role=menuitem]')?.focus()
    const watcher = new ResizeObserver(place) // what is above the items may grow
    watcher.observe(element)
    return () => watcher.disconnect()
  }, [open])
  const move = (event: KeyboardEvent): void => {
    const items = [...(box.current?.querySelectorAll<HTMLElement>('button') ?? [])] // what is above them, too
    const at = items.indexOf(document.activeElement as HTMLElement)
    const after = document.documentElement.dir === 'rtl' ? 'ArrowLeft' : 'ArrowRight'
    const before = after === 'ArrowLeft' ? 'ArrowRight' : 'ArrowLeft'
    const to = { ArrowDown: at + 1, [after]: at + 1, ArrowUp: at - 1, [before]: at - 1, Home: 0, End: items.length - 1 }[event.key]
    if (event.key === 'Escape' || event.key === 'Tab') closeMenu()
    else if (to === undefined) return
    else items[(to + items.length) % items.length]?.focus()
    event.preventDefault()
    event.stopPropagation()
  }
  return (
    <section
      class="menu-shade"
      aria-label={t('ui.menu')}
      onPointerDown={(event) => {
        if (event.target === event.currentTarget) closeMenu()
      }}
      onContextMenu={(event) => {
        event.preventDefault()
        closeMenu()
      }}
    >
      <div class="menu" ref={box} onKeyDown={move}>
        {open.above}
        <div role="menu">
          {open.items.map((item) => (
            <button
              key={item.label}
              type="button"
              role="menuitem"
              class={item.danger === true ? 'menu-item menu-danger' : 'menu-item'}
              onClick={() => {
                closeMenu()
                item.do()
              }}
            >
              {item.icon !== undefined && <Icon name={item.icon} />}
              <span>{item.label}</span>
              {item.note !== undefined && <span class="row-note menu-note">{item.note}</span>}
            </button>
          ))}
        </div>
      </div>
    </section>
  )
}

// -- notices ---------------------------------------------------------------------------------------

interface Notice {
  id: number
  text: string
  action?: { label: string; do: () => void } | undefined
}

const notice = signal<Notice | null>(null)

/** Say something in one sentence; it goes by itself. */
export function say(text: string, action?: { label: string; do: () => void }): void {
  notice.value = { id: ++numbered, text, action }
}

function NoticeView({ shown }: { shown: Notice }) {
  useEffect(() => {
    const timer = setTimeout(() => {
      if (notice.peek()?.id === shown.id) notice.value = null
    }, NOTICE_MS)
    return () => clearTimeout(timer)
  }, [shown.id])
  const { action } = shown
  return (
    <div class="notice">
      <span dir="auto">{shown.text}</span>
      {action !== undefined && (
        <button
          type="button"
          onClick={() => {
            notice.value = null
            action.do()
          }}
        >
          {action.label}
        </button>
      )}
    </div>
  )
}

/** What lies over everything: inside the topmost dialog, since outside of it nothing can be pressed or heard. */
function Floating() {
  return (
    <>
      {menu.value !== null && <Menu open={menu.value} />}
      <div class="notices" role="status" aria-live="polite">
        {notice.value !== null && <NoticeView key={notice.value.id} shown={notice.value} />}
      </div>
    </>
  )
}

/** Where all of them are drawn. */
export function Overlays() {
  const shown = modals.value
  const top = shown.at(-1)
  return (
    <>
      {shown.map((one) => (
        <Modal key={one.id} shown={one}>
          {one === top && <Floating />}
        </Modal>
      ))}
      {top === undefined && <Floating />}
    </>
  )
}
