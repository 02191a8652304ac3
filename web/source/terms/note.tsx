/** Below the name of somebody who is new: that they accept the terms by going on, and the way to read them. */

import { Button } from '../ui/kit.tsx'
import { t } from '../words.ts'
import { showTerms, type Terms } from './asked.ts'

export function TermsNote({ terms }: { terms: Terms }) {
  return (
    <>
      <p class="login-text">{t('terms.note')}</p>
      <Button kind="plain" onPress={() => void showTerms(terms, true)}>
        {t('terms.read')}
      </Button>
    </>
  )
}
