/** The buttons that format what is selected in the field; each has a key, too. */

import type { RefObject } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'

import { safeAddress } from '../history/text_rules.ts'
import { Icon, type IconName } from '../ui/icons.tsx'
import { Button, Field as TextField } from '../ui/kit.tsx'
import { showModal } from '../ui/overlays.tsx'
import { t } from '../words.ts'
import { type FieldHandle, styleField } from './field.tsx'
import { covers, linked, type Range, type Rich, type Style } from './rich.ts'

const STYLES: readonly { style: Style; icon: IconName; key: string }[] = [
  { style: 'bold', icon: 'bold', key: 'B' },
  { style: 'italic', icon: 'italic', key: 'I' },
  { style: 'underline', icon: 'underline', key: 'U' },
  { style: 'strike', icon: 'strike', key: '⇧X' },
  { style: 'code', icon: 'code', key: '⇧M' },
  { style: 'spoiler', icon: 'veil', key: '⇧P' },
  { style: 'quote', icon: 'quote', key: '⇧.' },
]
const APPLE = /Mac|iPhone|iPad/.test(navigator.userAgent)
const control = (key: string): string => (APPLE ? `⌘${key}` : `Ctrl+${key.replace('⇧', '⇧+')}`)

function LinkDialog({ url, done, close }: { url: string; done: (url: string) => void; close: () => void }) {
  const [text, setText] = useState(url)
  const address = text.trim() === '' ? '' : safeAddress(text.trim())
  return (
    <form
      class="ask"
      onSubmit={(event) => {
        event.preventDefault()
        if (address === null) return
        close()
        done(address)
      }}
    >
      <h2>{t('compose.format.link')}</h2>
      <TextField
        label={t('compose.format.link.address')}
        name="address"
        autofocus
        defaultValue={url}
        trouble={address === null ? t('compose.format.link.wrong') : undefined}
        onInput={setText}
      />
      <div class="modal-actions">
        <Button kind="plain" onPress={close}>
          {t('ui.cancel')}
        </Button>
        <Button submit disabled={address === null}>
          {t(text.trim() === '' && url !== '' ? 'compose.format.link.remove' : 'ui.save')}
        </Button>
      </div>
    </form>
  )
}

/** Ask where the selected words shall lead. */
export function askForLink(field: FieldHandle): void {
  const range = field.range()
  const rich = field.value()
  const known = rich.entities.find(
    ({ type, offset, length }) => type === 'text_link' && offset < range.to && offset + length > range.from,
  )
  const done = (url: string): void => {
    field.change(linked(field.value(), range, url), range)
    requestAnimationFrame(() => field.focus())
  }
  showModal((close) => <LinkDialog url={known?.url ?? ''} done={done} close={close} />, 'modal-ask')
}

interface ToolbarProps {
  field: RefObject<FieldHandle | null>
  rich: Rich
  range: Range
}

function Tool(props: { icon: IconName; name: string; keys: string; pressed?: boolean; press: () => void }) {
  const { icon, name, keys, pressed, press } = props
  return (
    <button
      type="button"
      class="tool"
      aria-label={name}
      aria-pressed={pressed}
      title={`${name} (${keys})`}
      onPointerDown={(event) => event.preventDefault()} // the field keeps its selection
      onClick={press}
    >
      <Icon name={icon} />
    </button>
  )
}

export function Toolbar({ field, rich, range }: ToolbarProps) {
  const bar = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const key = (event: KeyboardEvent): void => {
      if (!(event.altKey && event.key === 'F10')) return // the usual key to a toolbar
      event.preventDefault()
      bar.current?.querySelector('button')?.focus()
    }
    addEventListener('keydown', key)
    return () => removeEventListener('keydown', key)
  }, [])
  const with_ = (what: (handle: FieldHandle) => void) => () => {
    if (field.current !== null) what(field.current)
  }
  return (
    <div
      ref={bar}
      class="toolbar"
      role="toolbar"
      aria-label={t('compose.format')}
      onKeyDown={(event) => {
        const tools = [...event.currentTarget.querySelectorAll<HTMLElement>('button')]
        const at = tools.indexOf(document.activeElement as HTMLElement)
        const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
        if (event.key === 'Escape') field.current?.focus()
        else if (step !== undefined) tools[(at + step + tools.length) % tools.length]?.focus()
        else return
        event.preventDefault()
        event.stopPropagation()
      }}
    >
      {STYLES.map(({ style, icon, key }) => (
        <Tool
          key={style}
          icon={icon}
          name={t(`compose.format.${style}`)}
          keys={control(key)}
          pressed={covers(rich, range, style) || (style === 'code' && covers(rich, range, 'pre'))}
          press={with_((handle) => styleField(handle, style))}
        />
      ))}
      <Tool icon="link" name={t('compose.format.link')} keys={control('K')} press={with_(askForLink)} />
      <Tool icon="unformat" name={t('compose.format.clear')} keys={control('⇧N')} press={with_((handle) => styleField(handle, 'clear'))} />
    </div>
  )
}
