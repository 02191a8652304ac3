/** What is typed with marks (**bold**, `code`, …) as a text with entities, and back for editing. Pure. */

import type { Entity } from '../model/types.ts'

const MARKS: readonly [string, Entity['type']][] = [
  ['**', 'bold'],
  ['__', 'italic'],
  ['~~', 'strike'],
  ['||', 'spoiler'],
  ['`', 'code'],
]
const FENCE = /^```([\w+#-]*)\n?/

interface Made {
  text: string
  entities: Entity[]
}

/** Return the text without its marks, and what they meant. A mark that is not closed stays as it is. */
export function parsed(typed: string): Made {
  const entities: Entity[] = []
  let text = ''
  let at = 0
  const open: { mark: string; type: Entity['type']; offset: number }[] = []
  while (at < typed.length) {
    const rest = typed.slice(at)
    const fence = FENCE.exec(rest)
    const end = fence === null ? -1 : rest.indexOf('```', fence[0].length)
    if (fence !== null && end > 0) {
      const code = rest.slice(fence[0].length, end).replace(/\n$/, '')
      entities.push({ type: 'pre', offset: text.length, length: code.length, language: fence[1] ?? '' })
      text += code
      at += end + 3
      continue
    }
    const link = /^\[([^\]\n]+)\]\((https?:\/\/[^\s)]+)\)/.exec(rest)
    if (link !== null) {
      const [whole, shown = '', url = ''] = link
      entities.push({ type: 'text_link', offset: text.length, length: shown.length, url })
      text += shown
      at += whole.length
      continue
    }
    const mark = MARKS.find(([sign]) => rest.startsWith(sign))
    if (mark === undefined) {
      text += typed[at]
      at++
      continue
    }
    const [sign, type] = mark
    at += sign.length
    const begun = open.findIndex((one) => one.mark === sign)
    if (begun >= 0) {
      const { offset } = open[begun] as { offset: number }
      open.splice(begun, 1)
      if (text.length > offset) entities.push({ type, offset, length: text.length - offset })
      else text += sign + sign
    } else if (type === 'code') {
      const close = typed.indexOf(sign, at)
      if (close > at) {
        entities.push({ type, offset: text.length, length: close - at })
        text += typed.slice(at, close)
        at = close + 1
      } else text += sign
    } else if (closes(typed, at, sign)) open.push({ mark: sign, type, offset: text.length })
    else text += sign
  }
  return trimmed({ text, entities })
}

function closes(typed: string, from: number, sign: string): boolean {
  const close = typed.indexOf(sign, from)
  return close > from && !/\s/.test(typed[from] ?? ' ')
}

/** Return a text without white space at its ends, entities moved along. */
function trimmed({ text, entities }: Made): Made {
  const lead = text.length - text.trimStart().length
  const bare = text.trim()
  const moved: Entity[] = []
  for (const one of entities) {
    const offset = Math.max(0, one.offset - lead)
    const length = Math.min(one.offset - lead + one.length, bare.length) - offset
    if (length > 0) moved.push({ ...one, offset, length })
  }
  moved.sort((one, other) => one.offset - other.offset || other.length - one.length)
  return { text: bare, entities: moved }
}

/** Return a text with the marks that `parsed` understands in place of its entities. */
export function unparsed(text: string, entities: readonly Entity[]): string {
  const marks: { at: number; order: number; sign: string }[] = []
  const put = (one: Entity, before: string, after: string): void => {
    marks.push({ at: one.offset, order: one.length, sign: before })
    marks.push({ at: one.offset + one.length, order: -one.length, sign: after })
  }
  for (const one of entities) {
    const sign = MARKS.find(([, type]) => type === one.type)?.[0]
    if (sign !== undefined) put(one, sign, sign)
    else if (one.type === 'pre') put(one, `\`\`\`${one.language ?? ''}\n`, '\n```')
    else if (one.type === 'text_link') put(one, '[', `](${one.url ?? ''})`)
  }
  marks.sort((one, other) => one.at - other.at || (one.order < 0 ? -1 : 0) - (other.order < 0 ? -1 : 0) || other.order - one.order)
  let made = ''
  let from = 0
  for (const { at, sign } of marks) {
    made += text.slice(from, at) + sign
    from = at
  }
  return made + text.slice(from)
}
