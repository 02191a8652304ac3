/** An animated sticker (TGS): what draws it is fetched when the first one is seen. */

import { type ComponentType } from 'preact'
import { useEffect, useState } from 'preact/hooks'

import type { DrawnProps } from '../drawn/drawn.tsx'

export const ANIMATED = 'application/x-tgsticker'

let view: ComponentType<DrawnProps> | null = null

export function Animated(props: DrawnProps) {
  const [, drawAgain] = useState(0)
  useEffect(() => {
    if (view !== null) return
    void import('../drawn/drawn.tsx').then(
      (made) => {
        view = made.default
        drawAgain((n) => n + 1)
      },
      () => undefined, // the server was updated meanwhile: it stands still
    )
  }, [])
  const View = view
  return View === null ? null : <View {...props} />
}
