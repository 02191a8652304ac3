/** The dialog in which terms are read, and accepted or declined. */

import { useEffect, useRef } from 'preact/hooks'

import { Text } from '../history/text.tsx'
import { entities } from '../translate/messages.ts'
import { Button } from '../ui/kit.tsx'
import { showModal } from '../ui/overlays.tsx'
import { t } from '../words.ts'
import type { Terms } from './asked.ts'

function TermsDialog(props: { terms: Terms; plain: boolean; answer: (accepted: boolean) => void; close: () => void }) {
  const { terms, plain, answer, close } = props
  const accepted = useRef(false)
  useEffect(() => () => answer(accepted.current), [])
  const accept = (): void => {
    accepted.current = true
    close()
  }
  return (
    <div class="ask terms">
      <h2>{t('terms.title')}</h2>
      <div class="terms-text" tabIndex={0} role="document" aria-label={t('terms.title')}>
        <Text text={terms.text} entities={entities(terms.entities)} />
      </div>
      {!plain && terms.minAgeConfirm !== undefined && <p>{t('terms.age', { n: terms.minAgeConfirm })}</p>}
      <div class="modal-actions">
        {plain ? (
          <Button onPress={close}>{t('ui.close')}</Button>
        ) : (
          <>
            <Button kind="plain" onPress={close}>
              {t('terms.decline')}
            </Button>
            <Button onPress={accept}>{t('terms.accept')}</Button>
          </>
        )}
      </div>
    </div>
  )
}

/** Show the dialog; resolves to whether the terms were accepted. */
export function openTerms(terms: Terms, plain: boolean): Promise<boolean> {
  return new Promise((answer) => {
    showModal((close) => <TermsDialog terms={terms} plain={plain} answer={answer} close={close} />, 'modal-terms')
  })
}
