/** What checks the public log, which the page at /log/ uses too: it lies there, and is served with it. */
declare module '*/log_page/checking.js' {
  export class Wrong extends Error {
    word: string
    parts: readonly (string | number)[]
  }
  export class NotChecked extends Wrong {}
  export interface Policy {
    readonly quorum: string
  }
  export interface Proved {
    origin: string
    index: number
    entry: Readonly<Record<string, unknown>>
    identity: string // '': the receipt says it of nobody
  }
  export function fetched(name: string): Promise<Uint8Array>
  export function policy(content: string): Promise<Policy>
  export function checkReceipt(content: string, by: Policy, tell: (word: 'seen' | 'unread', name: string) => void): Promise<Proved>
}
