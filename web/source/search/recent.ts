/** The chats one found last; they are kept only as long as the page. */

import { signal } from '@preact/signals'

import type { PeerId } from '../model/types.ts'
import { onForget } from '../store.ts'

const KEPT_MAX = 12

export const recent = signal<readonly PeerId[]>([])

export function foundChat(chat: PeerId): void {
  recent.value = [chat, ...recent.peek().filter((one) => one !== chat)].slice(0, KEPT_MAX)
}

onForget(() => {
  recent.value = []
})
