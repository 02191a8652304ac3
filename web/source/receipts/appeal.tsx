/** Under the letter of a decision: a button to appeal against it. */

import type { Message } from '../model/types.ts'
import { attempt } from '../ui/refusals.ts'
import { Icon } from '../ui/icons.tsx'
import { t } from '../words.ts'

export function Appeal({ letter }: { letter: Message }) {
  const open = async (): Promise<void> => {
    const { openAppeal } = await import('./appealing.tsx')
    openAppeal(letter)
  }
  return (
    <div class="receipt">
      <button type="button" class="card-button receipt-check" onClick={() => void attempt(open)}>
        <Icon name="pencil" />
        {t('receipts.appeal')}
      </button>
    </div>
  )
}
