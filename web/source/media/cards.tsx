/** Places, contacts and dice. */

import { call, inputUser } from '../api.ts'
import type { Media, Peer } from '../model/types.ts'
import { openChat } from '../nav.ts'
import { apply, peer } from '../store.ts'
import { Avatar } from '../ui/avatar.tsx'
import { Icon } from '../ui/icons.tsx'
import { say } from '../ui/overlays.tsx'
import { attempt } from '../ui/refusals.ts'
import { t } from '../words.ts'

type Of<Kind extends Media['is']> = Extract<Media, { is: Kind }>

/** Return the address of a place on a map, which is elsewhere: it is opened only by a press. */
function mapAddress({ lat, long }: Of<'place'>): string {
  return `https://www.openstreetmap.org/?mlat=${lat}&mlon=${long}#map=16/${lat}/${long}`
}

export function PlaceView({ media }: { media: Of<'place'> }) {
  const numbers = `${media.lat.toFixed(5)}, ${media.long.toFixed(5)}`
  return (
    <a class="card" target="_blank" rel="noopener noreferrer" href={mapAddress(media)}>
      <span class="card-map" aria-hidden="true">
        <Icon name="place" />
      </span>
      <span class="file-text">
        <span class="file-name" dir="auto">
          {media.title || t('chats.place')}
        </span>
        <span class="hint" dir="auto">
          {media.address || <bdi dir="ltr">{numbers}</bdi>}
        </span>
        <span class="card-link">{t('media.map')}</span>
      </span>
    </a>
  )
}

/** Find out who has a number, as a contact of mine; null if nobody here has it. */
async function add(media: Of<'contact'>, who: Peer | undefined): Promise<void> {
  const [firstName = media.name, ...others] = media.name.split(' ')
  const lastName = others.join(' ')
  if (who !== undefined && !who.min) {
    await call({ _: 'contacts.addContact', id: inputUser(who.id), firstName, lastName, phone: media.phone })
    apply({ type: 'peers', peers: [{ ...who, contact: true }] })
  } else {
    const contact = { _: 'inputPhoneContact' as const, clientId: 1n, phone: media.phone, firstName, lastName }
    const { imported } = await call({ _: 'contacts.importContacts', contacts: [contact] })
    if (imported.length === 0) {
      say(t('media.contact.nobody'))
      return
    }
  }
  say(t('media.contact.added', { name: media.name }))
}

export function ContactView({ media }: { media: Of<'contact'> }) {
  const who = peer(media.user).value
  const reachable = who !== undefined && !who.min
  const number = media.phone === '' || media.phone.startsWith('+') ? media.phone : `+${media.phone}`
  return (
    <div class="card contact">
      <Avatar peer={who ?? nobody(media)} size={54} />
      <span class="file-text">
        <span class="file-name" dir="auto">
          {media.name || t('chats.contact')}
        </span>
        <a class="hint" dir="ltr" href={`tel:${number}`}>
          {number}
        </a>
      </span>
      <span class="card-actions">
        {reachable && (
          <button type="button" class="card-button" onClick={() => openChat(media.user)}>
            {t('media.contact.write')}
          </button>
        )}
        {who?.contact !== true && who?.self !== true && (
          <button type="button" class="card-button" onClick={() => void attempt(() => add(media, who))}>
            {t('media.contact.add')}
          </button>
        )}
      </span>
    </div>
  )
}

/** Somebody who is not here, to be drawn by their initials. */
function nobody({ name, user }: Of<'contact'>): Peer {
  return { id: user, kind: 'user', hash: 0n, name, username: '', photo: null, min: true }
}

const REELS = ['🍫', '🍇', '🍋', '7️⃣'] // of the slot machine: bar, grapes, lemon, seven
const FACES = ['⚀', '⚁', '⚂', '⚃', '⚄', '⚅']

/** Return what a dice of some kind has come to lie on, as signs. */
export function lies({ emoji, value }: Of<'dice'>): string {
  if (value === 0) return emoji
  if (emoji === '🎲') return FACES[value - 1] ?? emoji
  if (emoji === '🎰') return [0, 2, 4].map((shift) => REELS[((value - 1) >> shift) & 3]).join('')
  return emoji
}

export function DiceView({ media }: { media: Of<'dice'> }) {
  const shown = lies(media)
  return (
    <span class="dice" role="img" aria-label={t('media.dice', { emoji: media.emoji, n: media.value })}>
      <span aria-hidden="true">{shown}</span>
      {shown === media.emoji && media.value > 0 && (
        <span class="dice-value" aria-hidden="true">
          {media.value.toLocaleString()}
        </span>
      )}
    </span>
  )
}
