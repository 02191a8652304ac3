/** Opening the viewer, which is loaded when it is first wanted. */

import type { Message } from '../model/types.ts'
import { showModal } from '../ui/overlays.tsx'
import { attempt } from '../ui/refusals.ts'
import { t } from '../words.ts'

/** Show a photo or film over the whole page; `beside`: what is known to stand around it. */
export function openViewer(message: Message, beside: readonly Message[] = [], top = 0): void {
  void attempt(async () => {
    const { Viewer } = await import('./viewer.tsx')
    showModal(
      (close) => <Viewer message={message} beside={beside} top={top} close={close} />,
      'modal-viewer',
      t('media.viewer'),
    )
  })
}
