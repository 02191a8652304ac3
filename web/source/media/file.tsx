/** A file of any kind as a line with its name and size; a press fetches and saves it, or stops that. */

import { useRef } from 'preact/hooks'

import { discard } from '../compose/outbox.ts'
import type { Doc, Message } from '../model/types.ts'
import { isReceipt } from '../receipts/finding.ts'
import { Receipt } from '../receipts/receipt.tsx'
import { Icon } from '../ui/icons.tsx'
import { Ring } from '../ui/kit.tsx'
import { size } from '../ui/times.ts'
import { t } from '../words.ts'
import { blobOf } from './cache.ts'
import { downloadOf, save, stop } from './downloads.ts'
import { ending } from './naming.ts'
import { useNear } from './near.ts'
import { usePicture } from './picture.ts'
import { playableUrl } from './streaming.ts'

const THUMB_PX = 52

function Sign({ doc, busy, stopped }: { doc: Doc; busy: number | null; stopped: boolean }) {
  if (busy !== null) {
    return (
      <>
        <Ring part={busy} label={t('ui.loading')} />
        <Icon name={stopped ? 'download' : 'close'} />
      </>
    )
  }
  const kind = ending(doc.name)
  return kind === '' ? <Icon name="file" /> : <span class="file-ending">{kind}</span>
}

async function textOf(message: Message, doc: Doc): Promise<string | null> {
  await playableUrl(message, doc)
  return (await blobOf(`file/${doc.id}`)?.text()) ?? null
}

/** A file; under a receipt of the public log, what checks it. */
export function FileView({ message, doc }: { message: Message; doc: Doc }) {
  return (
    <>
      <FileLine message={message} doc={doc} />
      {message.id > 0 && isReceipt(doc) && <Receipt read={() => textOf(message, doc)} save={() => save(message, doc)} />}
    </>
  )
}

function FileLine({ message, doc }: { message: Message; doc: Doc }) {
  const frame = useRef<HTMLButtonElement>(null)
  const near = useNear(frame)
  const { url } = usePicture(message, THUMB_PX, near)
  const download = downloadOf(doc).value
  const sending = message.id < 0 && message.sending === 'waiting'
  const busy = sending ? (message.progress ?? 0) : (download?.part ?? null)
  const stopped = !sending && download?.running === false
  const press = (): void => {
    if (sending) discard(message.id)
    else if (download?.running === true) stop(doc)
    else save(message, doc)
  }
  const name = doc.name || t('chats.file')
  const verb = sending ? 'media.send.stop' : download?.running === true ? 'media.download.stop' : 'media.download'
  const done = busy === null ? size(doc.size) : t('media.of', { done: size(doc.size * busy), all: size(doc.size) })
  return (
    <button type="button" class="file" ref={frame} onClick={press}>
      <span class="only-spoken">{t(verb)}: </span>
      <span class={url === null ? 'file-icon' : 'file-icon file-pictured'} aria-hidden="true">
        {url !== null && <img src={url} alt="" />}
        {(url === null || busy !== null) && <Sign doc={doc} busy={busy} stopped={stopped} />}
      </span>
      <span class="file-text">
        <span class="file-name" dir="auto">
          {name}
        </span>{' '}
        <span class="hint">{done}</span>
      </span>
    </button>
  )
}
