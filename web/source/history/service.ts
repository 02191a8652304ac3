/** The sentence of a service message: somebody joined, a name changed, a message was pinned. */

import { peer } from '../store.ts'
import type { Message } from '../model/types.ts'
import { nameOf } from '../ui/avatar.tsx'
import { says, t } from '../words.ts'

function variant({ service, from }: Message): string {
  if (service === null) return ''
  const alone = service.people.length === 1 && service.people[0] === from
  if (alone) return `${service.key}.self`
  return service.key === 'SetMessagesTTL' && service.number === 0 ? `${service.key}.off` : service.key
}

export function serviceText(message: Message): string {
  const { service } = message
  if (service === null) return ''
  const people = service.people.map((id) => nameOf(peer(id).value)).join(', ')
  const values = { from: nameOf(peer(message.from).value), people, text: service.text }
  const word = `history.service.${variant(message)}`
  return says(word) ? t(word, values) : t('history.service.other')
}
