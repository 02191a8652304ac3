/** The menu of a message: what this person may do with it. */

import { begin, type Quoted } from '../compose/state.ts'
import { mayPost } from '../groups/rights.ts'
import type { Message } from '../model/types.ts'
import { openPanel } from '../nav.ts'
import { peer, self } from '../store.ts'
import { confirm, say, type MenuItem } from '../ui/overlays.tsx'
import { attempt } from '../ui/refusals.ts'
import { dateAndTime } from '../ui/times.ts'
import { t } from '../words.ts'
import { askToDelete } from './deleting.tsx'
import { chooseTarget, forwardToSaved } from './forwarding.tsx'
import * as may from './may.ts'
import { copyLink, keepGif, readAt, report, stopPoll } from './message_actions.ts'
import { askToPin } from './pinning.tsx'
import { vote } from './poll.tsx'
import { spoken } from './rows.ts'
import { beginSelection } from './selection.ts'

function copy(text: string): void {
  void attempt(async () => {
    await navigator.clipboard.writeText(text)
    say(t('history.copied'))
  })
}

function answering(message: Message, quote: Quoted | null): MenuItem[] {
  const where = peer(message.chat).peek()
  if (where === undefined || !mayPost(where)) return []
  const items: MenuItem[] = []
  if (quote !== null) {
    items.push({ icon: 'quote', label: t('history.quote'), do: () => begin({ is: 'reply', message, quote }) })
  }
  items.push({ icon: 'reply', label: t('history.reply'), do: () => begin({ is: 'reply', message, quote: null }) })
  return items
}

function copying(message: Message, quote: Quoted | null): MenuItem[] {
  const where = peer(message.chat).peek()
  const items: MenuItem[] = []
  if (may.mayTakeAway(message)) {
    if (quote !== null) items.push({ icon: 'copy', label: t('history.copy.part'), do: () => copy(quote.text) })
    else if (message.text !== '') items.push({ icon: 'copy', label: t('history.copy'), do: () => copy(message.text) })
  }
  if (where?.kind === 'channel' || where?.kind === 'supergroup') {
    items.push({ icon: 'link', label: t('history.copy.link'), do: () => void attempt(() => copyLink(message)) })
  }
  return items
}

function knowing(message: Message): MenuItem[] {
  const items: MenuItem[] = []
  const { chat, id } = message
  const where = peer(chat).peek()
  if (message.reactions.length > 0 || may.mayAskWhoRead(message)) {
    const label = t(may.mayAskWhoRead(message) ? 'history.seen.by' : 'history.reacted.by')
    items.push({ icon: 'people', label, do: () => openPanel('right', { name: 'reactions', chat, id }) })
  }
  if (message.out && where?.kind === 'user' && where.self !== true && where.bot !== true && id > 0) {
    const ask = async (): Promise<void> => say(t('history.read.at', { time: dateAndTime(await readAt(message)) }))
    items.push({ icon: 'checks', label: t('history.read.when'), do: () => void attempt(ask) })
  }
  return items
}

/** What is done with a poll: the vote is taken back, or its maker ends it. */
function polling(message: Message): MenuItem[] {
  const { media } = message
  if (media?.is !== 'poll' || media.poll.closed) return []
  const { poll } = media
  const items: MenuItem[] = []
  if (!poll.quiz && poll.final !== true && poll.options.some(({ chosen }) => chosen)) {
    items.push({ icon: 'unpin', label: t('history.poll.retract'), do: () => void attempt(() => vote(message, [])) })
  }
  if (message.out && message.forward === null) {
    const stop = async (): Promise<void> => {
      const sure = await confirm({ title: t('history.poll.stop.ask'), yes: t('history.poll.stop') })
      if (sure) await stopPoll(message)
    }
    items.push({ icon: 'poll', label: t('history.poll.stop'), do: () => void attempt(stop) })
  }
  return items
}

/** Return the items for a message, or for an album as one; `quote`: what of its text is marked. */
export function menuOf(parts: readonly Message[], quote: Quoted | null = null): MenuItem[] {
  const message = spoken(parts)
  if (message.id < 0) {
    return [{ icon: 'trash', label: t('history.discard'), danger: true, do: () => askToDelete(parts) }]
  }
  const items = [...answering(message, quote), ...copying(message, quote)]
  if (may.mayEdit(message, Date.now() / 1000)) {
    items.push({ icon: 'pencil', label: t('history.edit'), do: () => begin({ is: 'edit', message }) })
  }
  if (may.mayPin(message)) {
    items.push({
      icon: message.pinned ? 'unpin' : 'pin',
      label: t(message.pinned ? 'history.unpin' : 'history.pin'),
      do: () => askToPin(message, !message.pinned),
    })
  }
  if (parts.every(may.mayForward)) {
    items.push({ icon: 'forward', label: t('history.forward'), do: () => chooseTarget(parts) })
    if (message.chat !== self.peek()) {
      items.push({ icon: 'bookmark', label: t('history.save'), do: () => forwardToSaved(parts) })
    }
  }
  items.push(...polling(message), ...knowing(message))
  const { media } = message
  if (media?.is === 'document' && media.document.kind === 'gif' && may.mayTakeAway(message)) {
    const { document } = media
    items.push({ icon: 'gif', label: t('history.gif.keep'), do: () => void attempt(() => keepGif(document)) })
  }
  if (message.service === null) {
    items.push({ icon: 'select', label: t('history.select'), do: () => beginSelection(parts) })
  }
  if (may.mayReport(message)) items.push({ icon: 'flag', label: t('history.report'), do: () => report(parts) })
  if (parts.every(may.mayDelete)) {
    items.push({ icon: 'trash', label: t('history.delete'), danger: true, do: () => askToDelete(parts) })
  }
  return items
}
