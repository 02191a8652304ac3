/** Asking for how long a chat shall be quiet. */

import { mute } from '../chats/actions.ts'
import type { PeerId } from '../model/types.ts'
import { openMenu } from '../ui/overlays.tsx'
import { attempt } from '../ui/refusals.ts'
import { t } from '../words.ts'

const HOUR_S = 3_600
const SPANS = [HOUR_S, 8 * HOUR_S, 2 * 24 * HOUR_S] // seconds of quiet that are offered

/** Offer some hours, or for good. */
export function askQuiet(from: Element, chat: PeerId): void {
  const now = Math.floor(Date.now() / 1000)
  const quiet = (until?: number) => () => void attempt(() => mute(chat, until))
  openMenu(from, [
    ...SPANS.map((span) => ({ icon: 'clock' as const, label: t('people.mute.hours', { n: span / HOUR_S }), do: quiet(now + span) })),
    { icon: 'muted', label: t('people.mute.ever'), do: quiet() },
  ])
}
