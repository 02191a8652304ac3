/** The kinds of messages one can look for. */

import type { TL } from '../link.ts'

export const KINDS = ['all', 'media', 'links', 'files', 'music', 'voice'] as const
export type Kind = (typeof KINDS)[number]

const FILTERS = {
  all: 'inputMessagesFilterEmpty',
  media: 'inputMessagesFilterPhotoVideo',
  links: 'inputMessagesFilterUrl',
  files: 'inputMessagesFilterDocument',
  music: 'inputMessagesFilterMusic',
  voice: 'inputMessagesFilterRoundVoice',
} as const satisfies Record<Kind, TL<'MessagesFilter'>['_']>

export function filterOf(kind: Kind): TL<'MessagesFilter'> {
  return { _: FILTERS[kind] }
}
