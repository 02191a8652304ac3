/** A row of tabs: arrows go from one to the next, and what is chosen is shown below by whoever draws them. */

import type { ComponentChildren, TargetedKeyboardEvent, TargetedMouseEvent } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'

export interface Tab<Key extends string | number> {
  key: Key
  label: ComponentChildren
  name?: string // what is read out, where the label is no text
  after?: ComponentChildren // a count
}

interface TabsProps<Key extends string | number> {
  label: string
  tabs: readonly Tab<Key>[]
  chosen: Key
  choose: (key: Key) => void
  controls?: string // the id of what they show
  menu?: (key: Key, event: TargetedMouseEvent<HTMLElement>) => void
}

export function Tabs<Key extends string | number>({ label, tabs, chosen, choose, controls, menu }: TabsProps<Key>) {
  const list = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    const tab = list.current?.querySelector('[aria-selected="true"]')
    tab?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  }, [chosen])
  const key = (event: TargetedKeyboardEvent<HTMLElement>): void => {
    const rtl = document.documentElement.dir === 'rtl'
    const at = tabs.findIndex((one) => one.key === chosen)
    const forward = rtl ? 'ArrowLeft' : 'ArrowRight'
    const backward = rtl ? 'ArrowRight' : 'ArrowLeft'
    const to = { [forward]: at + 1, [backward]: at - 1, Home: 0, End: tabs.length - 1 }[event.key]
    const next = to === undefined ? undefined : tabs[(to + tabs.length) % tabs.length]
    if (next === undefined) return
    event.preventDefault()
    choose(next.key)
    const place = tabs.indexOf(next)
    requestAnimationFrame(() => list.current?.querySelectorAll<HTMLElement>('[role=tab]')[place]?.focus())
  }
  return (
    <div class="tab-row" role="tablist" aria-label={label} ref={list} onKeyDown={key}>
      {tabs.map((tab) => (
        <button
          key={tab.key}
          type="button"
          role="tab"
          class="tab-item"
          aria-selected={tab.key === chosen}
          aria-controls={controls}
          aria-label={tab.name}
          tabIndex={tab.key === chosen ? 0 : -1}
          onClick={() => choose(tab.key)}
          onContextMenu={(event) => menu?.(tab.key, event)}
        >
          <span>{tab.label}</span>
          {tab.after}
        </button>
      ))}
    </div>
  )
}
