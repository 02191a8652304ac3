/** What the text says that an app sends to somebody who is not here yet. docs/joining.md */

export interface Invitation {
  link: string
  once: boolean // one person comes in by it, with a name; otherwise it says where this server is
}

/** Return the invitation in a text; null where there is none. */
export function inviteIn(text: string): Invitation | null {
  const link = /https?:\/\/\S+/.exec(text)?.[0]
  return link === undefined ? null : { link, once: link.includes('/#join=') }
}
