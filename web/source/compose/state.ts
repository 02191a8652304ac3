/** What the field of an open chat is about: a plain message, an answer, or an edit. */

import { signal } from '@preact/signals'

import type { Message } from '../model/types.ts'

export type Task =
  | { is: 'write' }
  | { is: 'reply'; message: Message }
  | { is: 'edit'; message: Message }
  | { is: 'forward'; messages: readonly Message[] }

export const task = signal<Task>({ is: 'write' })

/** Begin to answer, edit or forward; the field takes the focus. */
export function begin(next: Task): void {
  task.value = next
}

export function leave(): void {
  task.value = { is: 'write' }
}
