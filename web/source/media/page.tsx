/** What is known of a page that a message links to: its words, and a picture wide under them or small beside them. */

import type { WebPage } from '../model/types.ts'
import { openLink } from '../history/links.ts'
import { safeAddress } from '../history/text_rules.ts'
import { tamed } from '../ui/bidi.ts'
import { PhotoView } from './small_photo.tsx'

const WIDE_PX = 420 // the width a large picture is fetched for
const SMALL_PX = 72

export function PagePreview({ page }: { page: WebPage }) {
  const href = safeAddress(page.url)
  const { photo } = page
  if (href === null || (page.title === '' && page.text === '' && photo === null)) return null
  const wide = photo !== null && (page.large || (page.title === '' && page.text === ''))
  const names = ['page-preview']
  if (photo !== null) names.push(wide ? 'with-wide' : 'with-photo')
  const style = wide ? { aspectRatio: `${photo.width} / ${photo.height}` } : {}
  return (
    <a
      class={names.join(' ')}
      href={href}
      target="_blank"
      rel="noopener noreferrer"
      onClick={(event) => openLink(event, href, false)}
    >
      <span class="page-words">
        {page.site !== '' && (
          <span class="page-site" dir="auto">
            {page.site}
          </span>
        )}
        {page.title !== '' && (
          <span class="page-title" dir="auto">
            {page.title}
          </span>
        )}
        {page.text !== '' && (
          <span class="page-text" dir="auto">
            {tamed(page.text)}
          </span>
        )}
      </span>
      {wide && (
        <span class="page-wide" style={style}>
          <PhotoView photo={photo} width={WIDE_PX} class="page-photo" />
        </span>
      )}
      {photo !== null && !wide && <PhotoView photo={photo} width={SMALL_PX} class="page-thumb" />}
    </a>
  )
}
