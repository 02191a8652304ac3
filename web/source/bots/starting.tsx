/** Beginning with a bot: the button in an empty chat, and what a link wants it to be told. */

import { signal } from '@preact/signals'

import { call, inputPeer, inputUser } from '../api.ts'
import type { PeerId } from '../model/types.ts'
import type { Place } from '../nav.ts'
import { history, onForget, peer } from '../store.ts'
import { randomId } from '../random.ts'
import { Button } from '../ui/kit.tsx'
import { attempt } from '../ui/refusals.ts'
import { t } from '../words.ts'

/** Of bots whose link was followed: what they are to be told when they are started. */
const wanted = signal<ReadonlyMap<PeerId, string>>(new Map())

/** Have a bot told something once it is started. */
export function wantStart(bot: PeerId, word: string): void {
  wanted.value = new Map([...wanted.peek(), [bot, word]])
}

function told(bot: PeerId): void {
  const left = new Map(wanted.peek())
  left.delete(bot)
  wanted.value = left
}

/** Start a bot, in the chat with it or in a group. */
export async function startBot(bot: PeerId, chat: PeerId, word: string): Promise<void> {
  await call({ _: 'messages.startBot', bot: inputUser(bot), peer: inputPeer(chat), randomId: randomId(), startParam: word })
}

/** Say whether a bot waits to be started: nothing was said, or a link told something for it. */
export function waitsForStart({ chat, top }: Place): boolean {
  const who = peer(chat).value
  if (who?.bot !== true || top !== 0) return false
  const { known, ids, end } = history(chat, top).value
  return wanted.value.has(chat) || (known && end && ids.length === 0)
}

export function StartBar({ place }: { place: Place }) {
  const { chat } = place
  const start = (): void => {
    const word = wanted.peek().get(chat) ?? ''
    void attempt(() => startBot(chat, chat, word)).then((done) => done && told(chat))
  }
  return (
    <div class="compose-note">
      <Button onPress={start}>{t('bots.start')}</Button>
    </div>
  )
}

onForget(() => {
  wanted.value = new Map()
})
