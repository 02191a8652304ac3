/** A bot's message that wants to be answered: the field begins an answer to it, once. */

import { useEffect } from 'preact/hooks'

import type { Rich } from '../compose/rich.ts'
import { begin, task } from '../compose/state.ts'
import type { PeerId } from '../model/types.ts'
import type { Place } from '../nav.ts'
import { onForget } from '../store.ts'
import { laidIn } from './keys.ts'

const asked = new Map<PeerId, number>() // of each chat: the last message for which an answer was begun

/** Begin to answer what a bot wants answered, unless something else is being written. */
export function useAsked(place: Place, rich: Rich): void {
  const laid = laidIn(place)
  const id = laid?.below.is === 'answer' ? laid.message.id : 0
  useEffect(() => {
    if (laid === null || id === 0 || (asked.get(place.chat) ?? 0) >= id) return
    asked.set(place.chat, id)
    if (rich.text === '' && task.peek().is === 'write') begin({ is: 'reply', message: laid.message, quote: null })
  }, [id])
}

onForget(() => asked.clear())
