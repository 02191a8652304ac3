/** What happens when somebody sends: a message, an answer, an edit, or messages that are forwarded. */

import { call, inputPeer } from '../api.ts'
import type { Doc, Message } from '../model/types.ts'
import type { Place } from '../nav.ts'
import { peers } from '../store.ts'
import { inputEntities } from '../translate/messages.ts'
import { parsed } from './markdown.ts'
import { forward, write } from './outbox.ts'
import { pieces, type Rich } from './rich.ts'
import type { How } from './send_button.tsx'
import type { Task } from './state.ts'

const TEXT_MAX = 4_096 // UTF-16 units of a message
const CAPTION_MAX = 1_024 // UTF-16 units of the words beside a file

/** Say whether there is anything to be sent. */
export function sendable(task: Task, rich: Rich): boolean {
  if (task.is === 'forward') return true
  if (rich.text.trim() !== '') return true
  return task.is === 'edit' && mayBeWordless(task.message)
}

function mayBeWordless({ media }: Message): boolean {
  return media !== null && media.is !== 'page'
}

/** Change a message that was sent, or that waits. */
export async function edit(message: Message, scheduled: boolean, rich: Rich, bare: boolean): Promise<void> {
  const { text, entities } = parsed(rich.text, rich.entities)
  const max = mayBeWordless(message) ? CAPTION_MAX : TEXT_MAX
  const [first = { text: '', entities: [] }] = pieces({ text, entities }, max)
  await call({
    _: 'messages.editMessage',
    peer: inputPeer(message.chat),
    id: message.id,
    message: first.text,
    entities: inputEntities(first.entities, (user) => peers.peek().get(user)?.hash ?? 0n),
    ...(scheduled ? { scheduleDate: message.date } : {}),
    ...(bare ? { noWebpage: true } : {}),
  })
}

/** Send what stands in the field. A text that is too long for one message becomes several. */
export async function send({ chat, top }: Place, task: Task, rich: Rich, how: How & { bare: boolean }): Promise<void> {
  const { silent, schedule, bare } = how
  const { text, entities } = parsed(rich.text, rich.entities)
  const [first, ...others] = pieces({ text, entities }, TEXT_MAX)
  const reply = task.is === 'reply' ? task.message.id : 0
  const quote = task.is === 'reply' ? task.quote : null
  const common = { chat, top, silent, schedule, bare }
  if (first !== undefined) {
    await write({ ...common, ...first, reply, quote }, ...others.map((one) => ({ ...common, ...one, reply: 0 })))
  }
  if (task.is === 'forward') {
    await forward(task.messages, { chat, top, hidden: task.hidden, silent, schedule })
  }
}

/** Send a sticker or moving picture that the server has. */
export async function sendDocument({ chat, top }: Place, task: Task, document: Doc): Promise<void> {
  const reply = task.is === 'reply' ? task.message.id : 0
  const look = { is: 'document', document, spoiler: false } as const
  await write({ chat, top, text: '', entities: [], reply, existing: document.input, look })
}
