/** The dialog in which files are sent: what they are, their order, whether as photos or files, and words under them. */

import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'

import { self } from '../store.ts'
import { IconButton, Spinner, Switch } from '../ui/kit.tsx'
import { attempt } from '../ui/refusals.ts'
import { t } from '../words.ts'
import { CAPTION_MAX, canGroup, type Chosen, groups, moved, sentAs, toSend, type Way } from './chosen.ts'
import { parsed } from './markdown.ts'
import { write } from './outbox.ts'
import { prepared } from './preparing.ts'
import { AT_ONCE, type How, SendButton } from './send_button.tsx'
import { type Doing, Group } from './send_items.tsx'
import { offerFiles, type Sheet, sheet } from './sending_files.tsx'
import { leave, task } from './state.ts'

const FIELD_PX_MAX = 140 // height of the field before it scrolls
const NEAR_MAX = 100 // units of a caption that are left when that is said

function change(how: (now: Sheet) => Partial<Sheet>): void {
  const now = sheet.peek()
  if (now !== null) sheet.value = { ...now, ...how(now) }
}

const doing: Doing = {
  remove: (key) => change(({ files }) => ({ files: files.filter((one) => one.key !== key) })),
  move: (key, by) =>
    change(({ files }) => ({ files: moved(files, key, files.findIndex((one) => one.key === key) + by) })),
  put: (key, before) => change(({ files }) => ({ files: moved(files, key, files.findIndex((one) => one.key === before)) })),
  veil: (key) =>
    change(({ files }) => ({ files: files.map((one) => (one.key === key ? { ...one, spoiler: !one.spoiler } : one)) })),
}

/** Put the files into the outbox. */
async function send({ place, files }: Sheet, way: Way, words: string, how: How): Promise<void> {
  const { chat, top } = place
  const now = task.peek()
  const reply = now.is === 'reply' ? now.message.id : 0
  const quote = now.is === 'reply' ? now.quote : null
  if (now.is === 'reply') leave()
  const ready = new Map(await Promise.all(files.map(async (one) => [one.key, await prepared(one, way)] as const)))
  const made = toSend(
    groups(files, way),
    (one) => ready.get(one.key) as never,
    parsed(words.trim()),
    () => crypto.randomUUID(),
  )
  await write(
    ...made.map(({ file, album, caption }, at) => {
      const answers = at === 0 ? { reply, quote } : { reply: 0 }
      return { chat, top, file, album, ...how, ...answers, ...caption }
    }),
  )
}

function title(files: readonly Chosen[], way: Way): string {
  const kinds = new Set(files.map((one) => sentAs(one, way)))
  const [kind] = kinds
  const n = files.length
  if (kinds.size === 1 && kind === 'photo') return t('media.send.photos', { n })
  if (kinds.size === 1 && kind === 'video') return t('media.send.videos', { n })
  return t('media.send.files', { n })
}

function Words(props: { text: string; change: (text: string) => void; send: () => void }) {
  const { text } = props
  const field = useRef<HTMLTextAreaElement>(null)
  const left = CAPTION_MAX - text.length
  useLayoutEffect(() => {
    if (field.current === null) return
    field.current.style.height = 'auto'
    field.current.style.height = `${Math.min(field.current.scrollHeight, FIELD_PX_MAX)}px`
  }, [text])
  useEffect(() => field.current?.focus(), [])
  return (
    <div class="send-words">
      <textarea
        ref={field}
        rows={1}
        dir="auto"
        value={text}
        maxLength={CAPTION_MAX}
        aria-label={t('media.send.caption')}
        placeholder={t('media.send.caption')}
        onInput={(event) => props.change(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return
          event.preventDefault()
          props.send()
        }}
      />
      {left <= NEAR_MAX && (
        <span class="hint" role="status">
          {left.toLocaleString()}
        </span>
      )}
    </div>
  )
}

/** Add more files, by a button, by pasting and by dropping them on the dialog. */
function useMore(place: Sheet['place'] | undefined) {
  const input = useRef<HTMLInputElement>(null)
  const take = (list: FileList | null | undefined): void => {
    if (place !== undefined && list != null && list.length > 0) offerFiles(place, [...list])
  }
  const handlers = {
    onPaste(event: ClipboardEvent) {
      if ((event.clipboardData?.files.length ?? 0) === 0) return
      event.preventDefault()
      take(event.clipboardData?.files)
    },
    onDragOver: (event: DragEvent) => event.preventDefault(),
    onDrop(event: DragEvent) {
      event.preventDefault()
      take(event.dataTransfer?.files)
    },
  }
  const button = (
    <>
      <IconButton icon="plus" label={t('media.send.add')} onPress={() => input.current?.click()} />
      <input
        ref={input}
        type="file"
        multiple
        hidden
        onChange={(event) => {
          take(event.currentTarget.files)
          event.currentTarget.value = ''
        }}
      />
    </>
  )
  return { handlers, button }
}

export function SendDialog({ close, taken }: { close: () => void; taken: () => void }) {
  const now = sheet.value
  const [asFiles, setAsFiles] = useState(now?.asFiles ?? false)
  const [grouped, setGrouped] = useState(true)
  const [words, setWords] = useState(now?.words ?? '')
  const [busy, setBusy] = useState(false)
  const { handlers, button } = useMore(now?.place)
  useEffect(
    () => () => {
      sheet.value = null
    },
    [],
  )
  const empty = now !== null && now.files.length === 0 && now.coming === 0
  useEffect(() => {
    if (empty) close()
  }, [empty])
  if (now === null) return null
  const way = { asFiles, grouped }
  const pictured = now.files.some(({ kind }) => kind !== 'file' && kind !== 'audio')
  const go = (how: How): void => {
    if (busy || now.coming > 0 || now.files.length === 0) return
    setBusy(true)
    void attempt(() => send(now, way, words, how)).then((sent) => {
      setBusy(false)
      if (!sent) return
      taken()
      close()
    })
  }
  return (
    <div class="sendbox" {...handlers}>
      <header class="send-head">
        <IconButton icon="close" label={t('ui.cancel')} onPress={close} />
        <h2>{title(now.files, way)}</h2>
        {button}
      </header>
      <div class="send-body" tabIndex={-1}>
        {groups(now.files, way).map((set) => (
          <Group key={(set[0] as Chosen).key} set={set} all={now.files} way={way} doing={doing} />
        ))}
        {now.coming > 0 && (
          <div class="centred">
            <Spinner label={t('media.send.looking')} />
          </div>
        )}
      </div>
      {pictured && <Switch label={t('media.send.as.files')} on={asFiles} onChange={setAsFiles} />}
      {canGroup(now.files, way) && <Switch label={t('media.send.grouped')} on={grouped} onChange={setGrouped} />}
      <div class="send-foot">
        <Words text={words} change={setWords} send={() => go(AT_ONCE)} />
        {busy || now.coming > 0 ? (
          <span class="send-wait">
            <Spinner label={t('ui.loading')} />
          </span>
        ) : (
          <SendButton edit={false} alone={now.place.chat === self.value} send={go} />
        )}
      </div>
    </div>
  )
}
