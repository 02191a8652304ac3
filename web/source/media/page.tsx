/** What is known of a page that a message links to. */

import type { Media } from '../model/types.ts'
import { safeAddress } from '../history/text_rules.ts'

export function PagePreview({ page }: { page: Extract<Media, { is: 'page' }> }) {
  const href = safeAddress(page.url)
  if (href === null || (page.title === '' && page.text === '')) return null
  return (
    <a class="page-preview" href={href} target="_blank" rel="noopener noreferrer">
      {page.site !== '' && <span class="page-site" dir="auto">{page.site}</span>}
      {page.title !== '' && <span class="page-title" dir="auto">{page.title}</span>}
      {page.text !== '' && <span class="page-text" dir="auto">{page.text}</span>}
    </a>
  )
}
