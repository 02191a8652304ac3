/** The field itself: text with formatting in an element the browser edits. What it does with both is in `rich.ts`. */

import type { RefObject, TargetedClipboardEvent, TargetedInputEvent, TargetedKeyboardEvent } from 'preact'
import { useEffect, useImperativeHandle, useLayoutEffect, useRef } from 'preact/hooks'

import * as dom from './field_dom.ts'
import { EMPTY, type Range, type Rich, plain, same, spliced, type Style, toggled } from './rich.ts'
import { Undoing } from './undoing.ts'

/** What others may do with the field. */
export interface FieldHandle {
  focus: () => void
  value: () => Rich
  range: () => Range
  set: (rich: Rich, caret?: number) => void // as a new beginning: there is nothing to undo
  change: (rich: Rich, range: Range) => void
  insert: (piece: Rich) => void // in place of what is selected
  element: () => HTMLElement | null
}

interface FieldProps {
  label: string
  placeholder: string
  handle: RefObject<FieldHandle | null>
  changed: (rich: Rich) => void
  moved: (range: Range | null) => void // the caret or the selection, null: it is elsewhere
  onKeyDown: (event: TargetedKeyboardEvent<HTMLDivElement>) => void
  onLink: () => void // the key for a link
  options: { id: string; active: string | undefined } | null // a list that completes the word at the caret
}

const STYLES: Record<string, Style> = { b: 'bold', i: 'italic', u: 'underline' }
const STYLES_SHIFTED: Record<string, Style> = { KeyX: 'strike', KeyM: 'code', KeyP: 'spoiler', Period: 'quote' }

/** Return the style a key stands for; `null`: none, `clear`: no formatting. */
function styleOf(event: KeyboardEvent): Style | 'clear' | 'link' | null {
  if (!(event.ctrlKey || event.metaKey) || event.altKey) return null
  if (event.shiftKey) return event.code === 'KeyN' || event.key === '\\' ? 'clear' : (STYLES_SHIFTED[event.code] ?? null)
  const key = event.key.toLowerCase()
  return key === 'k' ? 'link' : (STYLES[key] ?? null)
}

class Editor implements FieldHandle {
  rich: Rich = EMPTY
  private last: Range = { from: 0, to: 0 }
  private undoing = new Undoing(EMPTY)

  constructor(
    private readonly root: HTMLElement,
    private readonly tell: (rich: Rich) => void,
  ) {}

  element(): HTMLElement {
    return this.root
  }

  focus(): void {
    this.root.focus()
    dom.select(this.root, this.last)
  }

  value(): Rich {
    return this.rich
  }

  range(): Range {
    this.last = dom.selected(this.root) ?? this.last
    return this.last
  }

  set(rich: Rich, caret = rich.text.length): void {
    const here = document.activeElement === this.root
    this.rich = rich
    this.last = { from: caret, to: caret }
    this.undoing = new Undoing(rich)
    dom.draw(this.root, rich)
    if (here) dom.select(this.root, this.last)
  }

  change(rich: Rich, range: Range): void {
    this.show(rich, range)
    this.undoing.note(rich, range, { typed: false, at: 0 })
    this.tell(rich)
  }

  insert(piece: Rich): void {
    const range = this.range()
    const at = range.from + piece.text.length
    this.change(spliced(this.rich, range, piece), { from: at, to: at })
  }

  /** The browser has edited; while a word is being composed nothing may be drawn. */
  typed(composing: boolean): void {
    const rich = dom.read(this.root)
    const changed = !same(rich, this.rich)
    this.rich = rich
    if (rich.text === '' && !composing && this.root.firstChild !== null) this.root.replaceChildren() // so that the hint is shown
    this.undoing.note(rich, this.range(), { typed: true, at: Date.now() })
    if (changed) this.tell(rich)
  }

  back(forth: boolean): void {
    const state = forth ? this.undoing.redo() : this.undoing.undo()
    if (state === null) return
    this.show(state.rich, state.range)
    this.tell(state.rich)
  }

  style(style: Style | 'clear'): void {
    const range = this.range()
    if (range.from === range.to) return
    this.change(style === 'clear' ? plain(this.rich, range) : toggled(this.rich, range, style), range)
  }

  private show(rich: Rich, range: Range): void {
    this.rich = rich
    this.last = range
    dom.draw(this.root, rich)
    const here = document.activeElement === this.root
    if (!here && matchMedia('(hover: none)').matches) return // it would bring up the keyboard on the screen
    this.root.focus()
    dom.select(this.root, range)
    getSelection()?.focusNode?.parentElement?.scrollIntoView({ block: 'nearest' })
  }
}

/** Take an edit out of the browser's hands that it does in ways of its own. */
function intercept(event: InputEvent, editor: Editor): void {
  switch (event.inputType) {
    case 'insertParagraph':
    case 'insertLineBreak':
      editor.insert({ text: '\n', entities: [] })
      break
    case 'historyUndo':
      editor.back(false)
      break
    case 'historyRedo':
      editor.back(true)
      break
    case 'formatBold':
      editor.style('bold')
      break
    case 'formatItalic':
      editor.style('italic')
      break
    case 'formatUnderline':
      editor.style('underline')
      break
    case 'insertFromDrop':
    case 'insertFromPaste':
      break
    default:
      if (!event.inputType.startsWith('format')) return
  }
  event.preventDefault()
}

/** Draw the button's or key's style; for the toolbar. */
export function styleField(handle: FieldHandle, style: Style | 'clear'): void {
  ;(handle as Editor).style(style)
}

export function Field(props: FieldProps) {
  const { label, placeholder, handle, moved, onKeyDown, onLink, options } = props
  const root = useRef<HTMLDivElement>(null)
  const editor = useRef<Editor | null>(null)
  const told = useRef(props.changed)
  told.current = props.changed
  useLayoutEffect(() => {
    editor.current = new Editor(root.current as HTMLElement, (rich) => told.current(rich))
  }, [])
  useImperativeHandle(handle, () => editor.current as FieldHandle, [])
  useEffect(() => {
    const element = root.current as HTMLElement
    const before = (event: InputEvent): void => {
      if (editor.current !== null) intercept(event, editor.current)
    }
    const select = (): void => {
      const range = document.activeElement === element ? dom.selected(element) : null
      if (range !== null) editor.current?.range()
      moved(range)
    }
    element.addEventListener('beforeinput', before)
    document.addEventListener('selectionchange', select)
    return () => {
      element.removeEventListener('beforeinput', before)
      document.removeEventListener('selectionchange', select)
    }
  }, [])
  const key = (event: TargetedKeyboardEvent<HTMLDivElement>): void => {
    const now = editor.current
    if (now === null || event.isComposing) return
    const control = (event.ctrlKey || event.metaKey) && !event.altKey
    const style = styleOf(event)
    const range = now.range()
    if (control && event.key.toLowerCase() === 'z') now.back(event.shiftKey)
    else if (control && event.key.toLowerCase() === 'y') now.back(true)
    else if (style === 'link' && range.from !== range.to) onLink()
    else if (style !== null && style !== 'link') now.style(style)
    else {
      onKeyDown(event)
      return
    }
    event.preventDefault()
    event.stopPropagation()
  }
  const paste = (event: TargetedClipboardEvent<HTMLDivElement>): void => {
    if (event.defaultPrevented || (event.clipboardData?.files.length ?? 0) > 0) return
    event.preventDefault()
    const text = event.clipboardData?.getData('text/plain').replace(/\r\n?/g, '\n') ?? ''
    if (text !== '') editor.current?.insert({ text, entities: [] })
  }
  return (
    <div
      ref={root}
      class="field-text"
      contentEditable
      role="textbox"
      aria-multiline="true"
      aria-label={label}
      aria-placeholder={placeholder}
      aria-autocomplete="list"
      aria-controls={options?.id}
      aria-activedescendant={options?.active}
      data-placeholder={placeholder}
      dir="auto"
      spellcheck
      autocapitalize="sentences"
      enterkeyhint="send"
      onInput={(event: TargetedInputEvent<HTMLDivElement>) => editor.current?.typed(event.isComposing)}
      onCompositionEnd={() => editor.current?.typed(false)}
      onPaste={paste}
      onKeyDown={key}
    />
  )
}
