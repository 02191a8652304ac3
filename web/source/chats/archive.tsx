/** The archived chats. */

import { PanelFrame } from '../ui/kit.tsx'
import { t } from '../words.ts'
import { ChatList } from './list.tsx'

export default function Archive() {
  return (
    <PanelFrame title={t('chats.archive')}>
      <ChatList folder={1} />
    </PanelFrame>
  )
}
