/** Telling others that one records a voice message or sends a file. */

import { call, inputPeer } from '../api.ts'
import type { PeerId } from '../model/types.ts'

const AGAIN_MS = 4_500 // clients forget it after six seconds

type Doing = 'sendMessageRecordAudioAction' | 'sendMessageUploadPhotoAction' | 'sendMessageUploadVideoAction' | 'sendMessageUploadDocumentAction' | 'sendMessageUploadAudioAction'

/** Tell it until the returned function is called. */
export function tell(chat: PeerId, top: number, doing: Doing): () => void {
  const say = (action: Doing | 'sendMessageCancelAction'): void => {
    const what = action.includes('Upload') ? { _: action, progress: 0 } : { _: action }
    const topMsgId = top === 0 ? {} : { topMsgId: top }
    const request = { _: 'messages.setTyping', peer: inputPeer(chat), action: what, ...topMsgId }
    void call(request as never).catch(() => undefined)
  }
  say(doing)
  const timer = setInterval(() => say(doing), AGAIN_MS)
  return () => {
    clearInterval(timer)
    say('sendMessageCancelAction')
  }
}
