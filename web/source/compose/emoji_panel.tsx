/** The emoji in their groups, those used last first, found by words in the page's language. */

import type { TargetedKeyboardEvent } from 'preact'
import { memo } from 'preact/compat'
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'

import { IconButton, Spinner } from '../ui/kit.tsx'
import { openMenu } from '../ui/overlays.tsx'
import { attempt } from '../ui/refusals.ts'
import { Tabs } from '../ui/tabs.tsx'
import { t } from '../words.ts'
import { loadEmoji } from './emoji_data.ts'
import { foundBy, type Emoji, type Emojis, type GroupName, TONES, toned } from './emoji_search.ts'
import { likeTone, loadRecent, recent, tone, used } from './recent_emoji.ts'

const FOUND_MAX = 120 // emoji shown for a query
const FACES: Record<GroupName | 'recent', string> = {
  recent: '🕘',
  smileys: '😀',
  people: '👋',
  nature: '🐻',
  food: '🍔',
  travel: '✈️',
  activities: '⚽',
  objects: '💡',
  symbols: '❤️',
  flags: '🏳️',
}

type Section = { name: GroupName | 'recent' | 'found'; emojis: readonly Emoji[] }

/** Move the focus through the buttons of a grid whose rows the browser breaks. */
export function moveInGrid(event: TargetedKeyboardEvent<HTMLElement>): void {
  const cells = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-cell]')]
  const at = cells.indexOf(document.activeElement as HTMLElement)
  if (at < 0) return
  const rtl = document.documentElement.dir === 'rtl'
  const box = (cells[at] as HTMLElement).getBoundingClientRect()
  const beside = { ArrowRight: rtl ? -1 : 1, ArrowLeft: rtl ? 1 : -1 }[event.key]
  let next: HTMLElement | undefined
  if (beside !== undefined) next = cells[at + beside]
  else if (event.key === 'ArrowDown') {
    next = cells.slice(at + 1).find((one) => above(box, one) && Math.abs(one.getBoundingClientRect().left - box.left) < box.width)
  } else if (event.key === 'ArrowUp') {
    next = cells.slice(0, at).findLast((one) => below(box, one) && Math.abs(one.getBoundingClientRect().left - box.left) < box.width)
  } else return
  event.preventDefault()
  next?.focus()
}

const above = (box: DOMRect, one: HTMLElement): boolean => one.getBoundingClientRect().top >= box.bottom - 1
const below = (box: DOMRect, one: HTMLElement): boolean => one.getBoundingClientRect().bottom <= box.top + 1

function sectionsOf(emojis: Emojis, query: string, recents: readonly string[]): Section[] {
  if (query.trim() !== '') return [{ name: 'found', emojis: foundBy(emojis.all, query, FOUND_MAX) }]
  const byFace = new Map(emojis.all.map((one) => [one.emoji, one]))
  const last = recents.map((emoji) => byFace.get(emoji) ?? { emoji, name: emoji, words: '', tones: false })
  const groups = emojis.groups.map(({ name, emojis: those }): Section => ({ name, emojis: those }))
  return last.length === 0 ? groups : [{ name: 'recent', emojis: last }, ...groups]
}

function SectionDrawn({ section, chosen }: { section: Section; chosen: (emoji: string) => void }) {
  const { name, emojis } = section
  const press = (one: Emoji): void => {
    const emoji = name === 'recent' ? one.emoji : toned(one, tone.value)
    used(emoji)
    chosen(emoji)
  }
  return (
    <section class="emoji-section" data-section={name} aria-label={t(`compose.emoji.${name}`)}>
      <h2>{t(`compose.emoji.${name}`)}</h2>
      <div class="emoji-grid">
        {emojis.map((one) => (
          <button
            key={one.emoji}
            type="button"
            data-cell
            tabIndex={-1}
            aria-label={one.name}
            title={one.name}
            onClick={() => press(one)}
          >
            {name === 'recent' ? one.emoji : toned(one, tone.value)}
          </button>
        ))}
      </div>
    </section>
  )
}

/** Drawn anew only when what it holds changes: there are many. */
const SectionView = memo(SectionDrawn, (was, is) => was.section === is.section)

function ToneButton() {
  const hand = (one: string): string => `✋${one}`
  return (
    <button
      type="button"
      class="icon-button emoji-tone"
      aria-label={t('compose.emoji.tone')}
      title={t('compose.emoji.tone')}
      onClick={(event) =>
        openMenu(
          event.currentTarget,
          TONES.map((one, at) => ({ label: `${hand(one)} ${t(`compose.emoji.tone.${at as 0}`)}`, do: () => likeTone(one) })),
        )
      }
    >
      {hand(tone.value)}
    </button>
  )
}

export function EmojiPanel({ chosen, close }: { chosen: (emoji: string) => void; close: () => void }) {
  const [emojis, setEmojis] = useState<Emojis | null>(null)
  const [query, setQuery] = useState('')
  const [shown, setShown] = useState<GroupName | 'recent'>('smileys')
  const list = useRef<HTMLDivElement>(null)
  const search = useRef<HTMLInputElement>(null)
  useEffect(() => {
    if (matchMedia('(hover: hover)').matches) search.current?.focus() // a keyboard on the screen would cover the emoji
    loadRecent()
    void attempt(async () => setEmojis(await loadEmoji()))
  }, [])
  const last = recent.value
  const sections = useMemo(() => (emojis === null ? [] : sectionsOf(emojis, query, last)), [emojis, query, last])
  const go = (name: GroupName | 'recent'): void => {
    setShown(name)
    list.current?.querySelector(`[data-section="${name}"]`)?.scrollIntoView({ block: 'start' })
  }
  const scrolled = (): void => {
    const top = list.current?.getBoundingClientRect().top ?? 0
    const all = [...(list.current?.querySelectorAll<HTMLElement>('[data-section]') ?? [])]
    const now = all.find((one) => one.getBoundingClientRect().bottom > top + 20)?.dataset.section
    if (now !== undefined && now !== 'found') setShown(now as GroupName)
  }
  const key = (event: TargetedKeyboardEvent<HTMLElement>): void => {
    const field = event.target instanceof HTMLInputElement
    if (event.key === 'Escape') close()
    else if (field && event.key === 'ArrowDown') list.current?.querySelector<HTMLElement>('[data-cell]')?.focus()
    else if (field && event.key === 'Enter') list.current?.querySelector<HTMLElement>('[data-cell]')?.click()
    else {
      moveInGrid(event)
      return
    }
    event.preventDefault()
    event.stopPropagation()
  }
  return (
    <div class="emoji-panel" onKeyDown={key}>
      <div class="emoji-head">
        <input
          type="search"
          class="emoji-search"
          value={query}
          placeholder={t('compose.emoji.search')}
          aria-label={t('compose.emoji.search')}
          ref={search}
          onInput={(event) => setQuery(event.currentTarget.value)}
        />
        <ToneButton />
        <IconButton icon="close" label={t('ui.close')} onPress={close} />
      </div>
      {emojis !== null && query === '' && (
        <Tabs
          label={t('compose.emoji.groups')}
          tabs={sections.map(({ name }) => ({ key: name as GroupName, label: FACES[name as GroupName], name: t(`compose.emoji.${name}`) }))}
          chosen={shown}
          choose={go}
        />
      )}
      <div class="emoji-list" ref={list} onScroll={scrolled} tabIndex={-1}>
        {emojis === null && (
          <div class="centred">
            <Spinner label={t('ui.loading')} />
          </div>
        )}
        {sections.map((section) => (
          <SectionView key={section.name} section={section} chosen={chosen} />
        ))}
        {query.trim() !== '' && sections[0]?.emojis.length === 0 && <p class="hint emoji-none">{t('compose.emoji.none')}</p>}
      </div>
    </div>
  )
}
