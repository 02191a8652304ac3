/** Choosing files: by a button, by dropping them, by pasting. */

import type { RefObject } from 'preact'
import { useEffect, useRef } from 'preact/hooks'

import type { Place } from '../nav.ts'
import { IconButton } from '../ui/kit.tsx'
import { t } from '../words.ts'
import { offerFiles } from './sending_files.tsx'

export function AttachButton({ place }: { place: Place }) {
  const input = useRef<HTMLInputElement>(null)
  return (
    <>
      <IconButton icon="attach" label={t('compose.attach')} onPress={() => input.current?.click()} />
      <input
        ref={input}
        type="file"
        multiple
        hidden
        onChange={(event) => {
          offerFiles(place, [...(event.currentTarget.files ?? [])])
          event.currentTarget.value = ''
        }}
      />
    </>
  )
}

/** Take files that are dropped on the conversation or pasted into the field. */
export function useDropAndPaste(place: Place, field: RefObject<HTMLTextAreaElement | null>): object {
  useEffect(() => {
    const pane = field.current?.closest('.conversation')
    if (pane == null) return
    const over = (event: Event): void => event.preventDefault()
    const drop = (event: Event): void => {
      event.preventDefault()
      const { dataTransfer } = event as DragEvent
      offerFiles(place, [...(dataTransfer?.files ?? [])])
    }
    pane.addEventListener('dragover', over)
    pane.addEventListener('drop', drop)
    return () => {
      pane.removeEventListener('dragover', over)
      pane.removeEventListener('drop', drop)
    }
  }, [place.chat, place.top])
  return {
    onPaste(event: ClipboardEvent) {
      const files = [...(event.clipboardData?.files ?? [])]
      if (files.length === 0) return
      event.preventDefault()
      offerFiles(place, files)
    },
  }
}
