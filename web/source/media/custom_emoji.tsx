/** A custom emoji within a text: what it looks like is asked for once, for all that are shown at the same time. */

import type { ComponentChildren } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'

import { call } from '../api.ts'
import type { Doc } from '../model/types.ts'
import { onForget } from '../store.ts'
import { file } from '../translate/media.ts'
import { ANIMATED, Animated } from './animated.tsx'
import { blobOf, fetched } from './cache.ts'
import { useNear } from './near.ts'

const ASKED_MAX = 200 // custom emoji in one question
const BYTES_MAX = 512 * 1024 // of one
const SIDE_PX = 22
const PLACE = { position: 'relative', display: 'inline-block', minWidth: SIDE_PX, height: SIDE_PX, verticalAlign: '-5px' } as const
const HIDDEN = { color: 'transparent' }
const OVER = { position: 'absolute', inset: 0, width: SIDE_PX, height: SIDE_PX, objectFit: 'contain' } as const

const known = new Map<string, Promise<Doc | null>>() // by the number that stands in texts
let waiting = new Map<string, (found: Doc | null) => void>()

onForget(() => known.clear())

async function ask(): Promise<void> {
  const asked = waiting
  waiting = new Map()
  const numbers = [...asked.keys()]
  const found = new Map<string, Doc>()
  for (let at = 0; at < numbers.length; at += ASKED_MAX) {
    const documentId = numbers.slice(at, at + ASKED_MAX).map(BigInt)
    try {
      for (const one of await call({ _: 'messages.getCustomEmojiDocuments', documentId })) {
        const made = file(one)
        if (made !== null) found.set(made.id, made)
      }
    } catch {
      for (const number of documentId) known.delete(`${number}`) // asked for again by whoever shows it next
    }
  }
  for (const [number, answer] of asked) answer(found.get(number) ?? null)
}

function documentOf(number: string): Promise<Doc | null> {
  const before = known.get(number)
  if (before !== undefined) return before
  const coming = new Promise<Doc | null>((answer) => {
    if (waiting.size === 0) setTimeout(() => void ask())
    waiting.set(number, answer)
  })
  known.set(number, coming)
  return coming
}

async function wholeFile(doc: Doc): Promise<Blob | null> {
  if (doc.size > BYTES_MAX) return null
  const key = `file/${doc.id}`
  await fetched(key, doc.place(), doc.size, doc.type)
  return blobOf(key)
}

/** `children`: the emoji it stands for, which is read aloud and copied, and is shown where it cannot be had. */
export function CustomEmoji({ number, children }: { number: string; children: ComponentChildren }) {
  const frame = useRef<HTMLSpanElement>(null)
  const near = useNear(frame)
  const [doc, setDoc] = useState<Doc | null>(null)
  const [url, setUrl] = useState('')
  const [drawn, setDrawn] = useState(false)
  useEffect(() => {
    if (!near) return undefined
    let wanted = true
    void documentOf(number).then(async (found) => {
      if (!wanted || found === null) return
      setDoc(found)
      if (!found.type.startsWith('image/') || found.size > BYTES_MAX) return
      const made = await fetched(`document/${found.id}`, found.place(), found.size, found.type)
      if (made !== null) setUrl(made)
    })
    return () => {
      wanted = false
    }
  }, [number, near])
  const shown = drawn || url !== ''
  return (
    <span class={shown ? 'custom-emoji shown' : 'custom-emoji'} style={shown ? PLACE : undefined} ref={frame}>
      <span style={shown ? HIDDEN : undefined}>{children}</span>
      {url !== '' && <img src={url} alt="" draggable={false} style={OVER} />}
      {doc?.type === ANIMATED && (
        <Animated name={doc.id} file={() => wholeFile(doc)} width={SIDE_PX} height={SIDE_PX} shown={() => setDrawn(true)} />
      )}
    </span>
  )
}
