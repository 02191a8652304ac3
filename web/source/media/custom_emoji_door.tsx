/** A custom emoji within a text: what draws it is fetched when the first one is seen. */

import type { ComponentChildren, ComponentType } from 'preact'
import { useEffect, useState } from 'preact/hooks'

interface Given {
  number: string
  children: ComponentChildren
}

let view: ComponentType<Given> | null = null

export function CustomEmojiDoor(props: Given) {
  const [, drawAgain] = useState(0)
  useEffect(() => {
    if (view !== null) return
    void import('./custom_emoji.tsx').then(
      (made) => {
        view = made.CustomEmoji
        drawAgain((n) => n + 1)
      },
      () => undefined, // the server was updated meanwhile: the emoji itself is shown
    )
  }, [])
  const View = view
  return View === null ? <>{props.children}</> : <View {...props} />
}
