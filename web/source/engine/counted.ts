/** Where an answer leaves the numbers of events (`pts`): the engine must hear of it, or it sees a hole before the next update,
 * waits half a second for what is missing, and asks for the difference. */

import type { tl } from '@mtcute/core'

export interface Counted {
  channelId: number // 0: the numbers of one's own box
  pts: number
  ptsCount: number // events that were counted
}

const OF_CHANNELS = ['channels.deleteMessages', 'channels.deleteParticipantHistory', 'messages.unpinAllMessages', 'messages.deleteTopicHistory']
const AFFECTED = 'messages.affected' // what such answers' names begin with

interface Place {
  _: string
  channelId?: number
}

/** Return the events that a call has counted and its answer names; null if there are none. */
export function counted(asked: { _: string }, answer: unknown): Counted | null {
  const { _: name = '', pts = 0, ptsCount = 0 } = (answer ?? {}) as { _?: string } & Partial<Counted>
  if (!name.startsWith(AFFECTED) || ptsCount === 0) return null
  const { channel, peer } = asked as { channel?: Place; peer?: Place }
  const channelId = (channel ?? peer)?.channelId ?? 0
  if (channelId !== 0 && !OF_CHANNELS.includes(asked._)) return null // whose numbers these are is not said
  return { channelId, pts, ptsCount }
}

/** Return updates that move the engine on and say nothing. */
export function countedOnly({ channelId, pts, ptsCount }: Counted): tl.TypeUpdates {
  const update: tl.TypeUpdate = { _: 'mtcute.dummyUpdate', channelId, pts, ptsCount }
  return { _: 'updates', updates: [update], users: [], chats: [], date: 0, seq: 0 }
}
