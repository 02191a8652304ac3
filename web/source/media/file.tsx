/** A file of any kind as a line with its name and size; a press saves it. */

import { useState } from 'preact/hooks'

import { link } from '../api.ts'
import type { Doc, Message } from '../model/types.ts'
import { Icon } from '../ui/icons.tsx'
import { Ring } from '../ui/kit.tsx'
import { attempt } from '../ui/refusals.ts'
import { size } from '../ui/times.ts'
import { t } from '../words.ts'

/** Fetch a file and let the browser save it. */
export async function save(document: Doc, progress: (part: number) => void, signal?: AbortSignal): Promise<void> {
  const told = (done: number, total: number): void => progress(done / total)
  const blob = await link.download(document.place(), document.size, 'application/octet-stream', told, signal)
  const url = URL.createObjectURL(blob)
  const anchor = globalThis.document.createElement('a')
  anchor.href = url
  anchor.download = document.name || 'file'
  anchor.click()
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}

export function FileView({ message, document }: { message: Message; document: Doc }) {
  const [part, setPart] = useState<number | null>(null)
  const busy = message.sending === 'waiting' ? (message.progress ?? 0) : part
  const press = (): void => {
    if (busy !== null) return
    setPart(0)
    void attempt(() => save(document, setPart)).then(() => setPart(null))
  }
  return (
    <button type="button" class="file" onClick={press} aria-label={`${document.name}, ${size(document.size)}`}>
      <span class="file-icon">
        {busy === null ? <Icon name="download" /> : <Ring part={busy} label={t('ui.loading')} />}
      </span>
      <span class="file-text">
        <span class="file-name" dir="auto">
          {document.name || t('chats.file')}
        </span>
        <span class="hint">{size(document.size)}</span>
      </span>
    </button>
  )
}
