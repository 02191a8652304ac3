/** The list over the field that completes a word: people of the group after @, emoji after a colon. */

import { useEffect, useState } from 'preact/hooks'

import { call, inputChannel } from '../api.ts'
import { botViews } from '../bots/door.ts'
import { full } from '../people/full.ts'
import type { Peer, PeerId } from '../model/types.ts'
import type { Place } from '../nav.ts'
import { peer, peers, self } from '../store.ts'
import { Avatar, nameOf } from '../ui/avatar.tsx'
import { t } from '../words.ts'
import { loadEmoji } from './emoji_data.ts'
import { foundBy, toned } from './emoji_search.ts'
import { tone, used } from './recent_emoji.ts'
import type { Rich } from './rich.ts'
import type { Asked } from './suggest.ts'

const SHOWN_MAX = 8 // suggestions
const ASKED_MAX = 20 // people asked for
const PAUSE_MS = 120 // of typing before the server is asked

export interface Suggestion {
  key: string
  face: { emoji: string } | { peer: Peer }
  title: string
  note: string
  piece: Rich // what stands in place of the word
  taken: () => void
}

function personOf(one: Peer): Suggestion {
  const name = one.first || nameOf(one)
  const piece: Rich =
    one.username === ''
      ? { text: `${name} `, entities: [{ type: 'text_mention', offset: 0, length: name.length, user: one.id }] }
      : { text: `@${one.username} `, entities: [] }
  const note = one.username === '' ? '' : `@${one.username}`
  return { key: `${one.id}`, face: { peer: one }, title: nameOf(one), note, piece, taken: () => undefined }
}

async function membersOf(where: Peer, top: number, query: string, signal: AbortSignal): Promise<PeerId[]> {
  if (where.kind === 'group') return (full(where.id).peek()?.members ?? []).map(({ user }) => user)
  if (where.kind !== 'supergroup') return []
  const answer = await call(
    {
      _: 'channels.getParticipants',
      channel: inputChannel(where.id),
      filter: { _: 'channelParticipantsMentions', ...(query === '' ? {} : { q: query }), ...(top === 0 ? {} : { topMsgId: top }) },
      offset: 0,
      limit: ASKED_MAX,
      hash: 0n,
    },
    signal,
  )
  if (answer._ !== 'channels.channelParticipants') return []
  return answer.participants.flatMap((one) => ('userId' in one ? [one.userId] : []))
}

async function people(place: Place, query: string, signal: AbortSignal): Promise<Suggestion[]> {
  const where = peer(place.chat).peek()
  if (where === undefined) return []
  const wanted = query.toLocaleLowerCase()
  const fits = (one: Peer): boolean =>
    [one.username, ...one.name.split(/\s+/u)].some((word) => word.toLocaleLowerCase().startsWith(wanted))
  const found = await membersOf(where, place.top, query, signal)
  return found
    .filter((id) => id !== self.peek())
    .map((id) => peers.peek().get(id))
    .filter((one) => one !== undefined && one.deleted !== true && fits(one))
    .slice(0, SHOWN_MAX)
    .map((one) => personOf(one as Peer))
}

async function emoji(query: string): Promise<Suggestion[]> {
  const { all } = await loadEmoji()
  return foundBy(all, query, SHOWN_MAX).map((one): Suggestion => {
    const drawn = toned(one, tone.peek())
    return {
      key: one.emoji,
      face: { emoji: drawn },
      title: one.name,
      note: '',
      piece: { text: drawn, entities: [] },
      taken: () => used(drawn),
    }
  })
}

async function commands({ chat }: Place, query: string): Promise<Suggestion[]> {
  if ((full(chat).peek()?.commands.length ?? 0) === 0) return []
  const { commandsIn, writtenAs } = await botViews()
  return commandsIn(chat, query)
    .slice(0, SHOWN_MAX)
    .flatMap((one): Suggestion[] => {
      const bot = peers.peek().get(one.bot)
      const text = writtenAs(one, chat)
      if (bot === undefined) return []
      return [{ key: text, face: { peer: bot }, title: text, note: one.note, piece: { text: `${text} `, entities: [] }, taken: () => undefined }]
    })
}

/** Return what fits what is asked for. */
function fitting(place: Place, { of, query }: Asked, signal: AbortSignal): Promise<Suggestion[]> {
  if (of === 'emoji') return emoji(query)
  return of === 'commands' ? commands(place, query) : people(place, query, signal)
}

/** Return what completes the word that is asked for; empty while nothing does. */
export function useSuggestions(place: Place, asked: Asked | null): readonly Suggestion[] {
  const [found, setFound] = useState<readonly Suggestion[]>([])
  useEffect(() => {
    if (asked === null) {
      setFound([])
      return
    }
    const abort = new AbortController()
    const timer = setTimeout(() => {
      fitting(place, asked, abort.signal).then(
        (all) => {
          if (!abort.signal.aborted) setFound(all)
        },
        () => setFound([]),
      )
    }, PAUSE_MS)
    return () => {
      clearTimeout(timer)
      abort.abort()
    }
  }, [place.chat, place.top, asked?.of, asked?.query, asked?.from])
  return found
}

export function SuggestionList(props: {
  id: string
  all: readonly Suggestion[]
  active: number
  choose: (one: Suggestion) => void
}) {
  const { id, all, active, choose } = props
  useEffect(() => {
    document.getElementById(`${id}-${active}`)?.scrollIntoView({ block: 'nearest' })
  }, [active])
  return (
    <div class="suggestions" id={id} role="listbox" aria-label={t('compose.suggestions')}>
      {all.map((one, at) => (
        <div
          key={one.key}
          id={`${id}-${at}`}
          role="option"
          class="suggestion"
          aria-selected={at === active}
          onPointerDown={(event) => event.preventDefault()} // the field keeps the focus
          onClick={() => choose(one)}
        >
          {'emoji' in one.face ? (
            <span class="suggestion-emoji" aria-hidden="true">
              {one.face.emoji}
            </span>
          ) : (
            <Avatar peer={one.face.peer} size={34} />
          )}
          <span class="suggestion-title" dir="auto">
            {one.title}
          </span>
          {one.note !== '' && <span class="row-note">{one.note}</span>}
        </div>
      ))}
    </div>
  )
}
