/** The keys that a bot has put in place of letters, under the field; beside it the button that shows them or puts them away. */

import type { Rich } from '../compose/rich.ts'
import type { Message } from '../model/types.ts'
import type { Place } from '../nav.ts'
import { IconButton } from '../ui/kit.tsx'
import { attempt } from '../ui/refusals.ts'
import { t } from '../words.ts'
import { useAsked } from './asked.ts'
import { areShown, type Keys, laidIn, showKeys } from './keys.ts'
import type { Laid } from './laid.ts'

function keysIn(place: Place): Laid<Keys> | null {
  const laid = laidIn(place)
  return laid?.below.is === 'keys' ? { message: laid.message, below: laid.below } : null
}

export function KeysButton({ place }: { place: Place }) {
  const laid = keysIn(place)
  if (laid === null) return null
  const shown = areShown(laid.message)
  return (
    <IconButton icon="keys" label={t(shown ? 'bots.keys.hide' : 'bots.keys.show')} expanded={shown} onPress={() => showKeys(laid.message, !shown)} />
  )
}

function press(place: Place, message: Message, { once, rows }: Keys, row: number, at: number): void {
  const key = rows[row]?.[at]
  if (key === undefined) return
  if (once) showKeys(message, false)
  void attempt(async () => {
    const { pressKey } = await import('./pressing.ts')
    await pressKey(place, message, key)
  })
}

export function KeysView({ place, rich }: { place: Place; rich: Rich }) {
  useAsked(place, rich)
  const laid = keysIn(place)
  if (laid === null || !areShown(laid.message)) return null
  const { message, below } = laid
  return (
    <div class="keys" role="group" aria-label={t('bots.keys')}>
      {below.rows.map((keys, row) => (
        <div key={row} class="keyboard-row">
          {keys.map(({ text, style }, at) => (
            <button
              key={at}
              type="button"
              class={style === undefined ? 'keyboard-button' : `keyboard-button keyboard-${style}`}
              onClick={() => press(place, message, below, row, at)}
            >
              <span dir="auto">{text}</span>
            </button>
          ))}
        </div>
      ))}
    </div>
  )
}
