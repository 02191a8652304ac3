/** The preview of a page whose link is being written; it can be left out of the message. */

import { useEffect, useState } from 'preact/hooks'

import { call } from '../api.ts'
import { PhotoView } from '../media/small_photo.tsx'
import type { WebPage } from '../model/types.ts'
import { webPage } from '../translate/media.ts'
import { IconButton } from '../ui/kit.tsx'
import { Icon } from '../ui/icons.tsx'
import { t } from '../words.ts'
import type { Rich } from './rich.ts'

const PAUSE_MS = 700 // of writing before the server is asked
const LINK = /\bhttps?:\/\/[^\s<>"]{3,}|\b(?:[\p{L}\p{N}-]+\.)+[a-z]{2,}\/[^\s<>"]*/iu

/** Return the address a preview would be of: the first link, also behind words. Pure. */
export function linkIn({ text, entities }: Rich): string {
  const hidden = entities.find(({ type }) => type === 'text_link')
  return LINK.exec(text)?.[0] ?? hidden?.url ?? ''
}

export interface PagePreviewed {
  page: WebPage | null
  bare: boolean // it shall not be shown with the message
  leaveOut: () => void
}

/** Ask for the preview of the link in a text, once writing pauses. */
export function usePage(rich: Rich, off: boolean): PagePreviewed {
  const [page, setPage] = useState<WebPage | null>(null)
  const [bareFor, setBareFor] = useState('')
  const link = off ? '' : linkIn(rich)
  useEffect(() => {
    if (link === '' || link === bareFor) {
      setPage(null)
      return
    }
    const abort = new AbortController()
    const timer = setTimeout(() => {
      call({ _: 'messages.getWebPagePreview', message: link }, abort.signal).then(
        ({ media }) => {
          if (!abort.signal.aborted) setPage(media._ === 'messageMediaWebPage' ? webPage(media.webpage, media) : null)
        },
        () => setPage(null), // it was only an offer
      )
    }, PAUSE_MS)
    return () => {
      clearTimeout(timer)
      abort.abort()
    }
  }, [link, bareFor])
  return { page, bare: link !== '' && link === bareFor, leaveOut: () => setBareFor(link) }
}

export function PageBar({ previewed }: { previewed: PagePreviewed }) {
  const { page, leaveOut } = previewed
  if (page === null || (page.title === '' && page.text === '')) return null
  return (
    <div class="compose-task">
      <Icon name="link" />
      {page.photo !== null && <PhotoView photo={page.photo} width={40} class="quote-photo" />}
      <div class="compose-task-text">
        <span class="quote-name" dir="auto">
          {page.title || page.site}
        </span>
        <span class="quote-text" dir="auto">
          {page.text || page.url}
        </span>
      </div>
      <IconButton icon="close" label={t('compose.page.remove')} onPress={leaveOut} />
    </div>
  )
}
