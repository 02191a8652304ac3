/** The discussion under a channel's post. */

import { call, inputPeer, messagesOf } from '../api.ts'
import type { Message } from '../model/types.ts'
import { openChat } from '../nav.ts'
import { attempt } from '../ui/refusals.ts'

/** Open the comments on a post: the thread of its copy in the group of the discussion. */
export function openComments(post: Message): void {
  void attempt(async () => {
    const answer = await call({
      _: 'messages.getDiscussionMessage',
      peer: inputPeer(post.chat),
      msgId: post.id,
    })
    const root = messagesOf(answer).at(-1)
    if (root !== undefined) openChat(root.chat, { top: root.id })
  })
}
