/** What the bots of a chat understand: completed after a slash, and listed by a button in the chat with one. */

import type { Command, PeerId } from '../model/types.ts'
import type { Place } from '../nav.ts'
import { full } from '../people/full.ts'
import { sendCommand } from '../history/links.ts'
import { peer, peers } from '../store.ts'
import { IconButton } from '../ui/kit.tsx'
import { openMenu } from '../ui/overlays.tsx'
import { t } from '../words.ts'

/** Return how a command is written in a chat: where several bots hear it, with the name of the one that is meant. */
export function writtenAs({ bot, name }: Command, chat: PeerId): string {
  const username = bot === chat ? '' : (peers.peek().get(bot)?.username ?? '')
  return username === '' ? `/${name}` : `/${name}@${username}`
}

/** Return the commands that begin so. */
export function commandsIn(chat: PeerId, begun: string): Command[] {
  const wanted = begun.toLowerCase()
  return (full(chat).peek()?.commands ?? []).filter(({ name }) => name.startsWith(wanted))
}

/** The button that lists what a bot understands. */
export function CommandsButton({ place }: { place: Place }) {
  const { chat } = place
  const commands = full(chat).value?.commands ?? []
  if (peer(chat).value?.bot !== true || commands.length === 0) return null
  const list = (from: Element): void =>
    openMenu(
      from,
      commands.map((one) => ({ label: `/${one.name}`, note: one.note, do: () => sendCommand(writtenAs(one, chat)) })),
    )
  return <IconButton icon="list" label={t('bots.commands')} onPress={(event) => list(event.currentTarget)} />
}
