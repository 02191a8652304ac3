/** What the field of an open chat is about: a plain message, an answer, an edit, or messages to be forwarded. */

import { signal } from '@preact/signals'

import type { Entity, Message } from '../model/types.ts'

/** A stretch of another message's text. */
export interface Quoted {
  text: string
  entities: Entity[]
  offset: number // in that text, in UTF-16 units
}

export type Task =
  | { is: 'write' }
  | { is: 'reply'; message: Message; quote: Quoted | null }
  | { is: 'edit'; message: Message; scheduled?: boolean } // scheduled: it waits to be sent
  | { is: 'forward'; messages: readonly Message[]; hidden: boolean } // hidden: without saying whose they were

export const task = signal<Task>({ is: 'write' })

/** Begin to answer, edit or forward; the field takes the focus. */
export function begin(next: Task): void {
  task.value = next
}

export function leave(): void {
  task.value = { is: 'write' }
}
