// What people do together in groups and channels, by mtcute: acts of its driver.

const COMMENTS_MAX = 100 // comments read of one post
const later = seconds => seconds ? new Date(Date.now() + seconds * 1000) : undefined
const silent = {
  sendMessages: true, sendMedia: true, sendStickers: true, sendGifs: true, sendPolls: true, sendPlain: true,
}

/** Acts for a driver: `client` gives the client in use, `show` a message as the harness reads it. */
export const community = ({ client, show }) => ({
  // what a chat is
  async title ({ to, title }) { await client().setChatTitle(to, title) },
  async chat ({ to }) { return { title: (await client().getChat(to)).title } },
  async topic ({ to, title }) { return { id: (await client().createForumTopic({ chatId: to, title })).id } },

  // who is in it, and what they may
  async promote ({ to, user }) {
    await client().editAdminRights({ chatId: to, userId: user, rights: { changeInfo: true, pinMessages: true, inviteUsers: true, banUsers: true } })
  },
  async silence ({ to, user, seconds }) {
    await client().restrictChatMember({ chatId: to, userId: user, restrictions: silent, until: later(seconds) })
  },
  async ban ({ to, user, seconds }) {
    await client().banChatMember({ chatId: to, participantId: user, untilDate: later(seconds) })
  },
  async unban ({ to, user }) { await client().unbanChatMember({ chatId: to, participantId: user }) },
  async hand_over ({ to, user, password }) { await client().transferChatOwnership({ chatId: to, userId: user, password }) },

  // invite links
  async invite_link ({ to, limit, seconds, approval }) {
    const made = await client().createInviteLink(to, { usageLimit: limit, expires: later(seconds), withApproval: approval })
    return { link: made.link }
  },
  async revoke_link ({ to, link }) { await client().revokeInviteLink(to, link) },
  async join_link ({ link }) {
    const joined = await client().joinChat(link)
    return joined.status === 'request_sent' ? { asked: true } : { id: joined.chat.id }
  },
  async leave ({ to }) { await client().leaveChat(to) },
  async approve ({ to, user, yes = true }) {
    await client().hideJoinRequest({ chatId: to, user, action: yes ? 'approve' : 'decline' })
  },

  // messages
  async pin ({ to, id }) { await client().pinMessage({ chatId: to, message: id, notify: true }) },
  async vote ({ to, id, choice }) { await client().sendVote({ chatId: to, message: id, options: choice }) },
  async react ({ to, id, emoji }) { await client().sendReaction({ chatId: to, message: id, emoji }) },
  async message ({ to, id }) {
    const [found] = await client().getMessages(to, id)
    const poll = found.media?.type === 'poll' ? found.media : null
    return {
      ...show(found),
      pinned: Boolean(found.raw.pinned),
      votes: poll ? poll.voters : null,
      reactions: Object.fromEntries((found.reactions?.reactions ?? []).map(r => [r.emoji, r.count])),
    }
  },

  // comments
  async comment ({ to, id, text }) { return { id: (await client().sendText(to, text, { commentTo: id })).id } },
  async comments ({ to, id }) {
    const first = await client().getDiscussionMessage({ chatId: to, message: id })
    const found = await client().searchMessages({ chatId: first.chat.inputPeer, threadId: first.id, limit: COMMENTS_MAX })
    return found.map(show)
  },
})
