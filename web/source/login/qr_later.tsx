/** The QR code of a log-in, loaded when somebody wants it. */

import type { ComponentProps } from 'preact'
import { useEffect, useState } from 'preact/hooks'

import { Spinner } from '../ui/kit.tsx'
import { t } from '../words.ts'

type View = (typeof import('./qr.tsx'))['QrStep']

export function QrStep(props: ComponentProps<View>) {
  const [View, setView] = useState<View | null>(null)
  useEffect(() => void import('./qr.tsx').then((made) => setView(() => made.QrStep)), [])
  return View === null ? <Spinner label={t('ui.loading')} /> : <View {...props} />
}
