/** How the page looks on this device: a choice of colours and of the size of texts. Nothing of a chat. */

import { effect, signal } from '@preact/signals'

import { choice, choose } from '../kept/device.ts'

export const THEMES = ['system', 'light', 'dark'] as const
export type Theme = (typeof THEMES)[number]

export const TEXT_SIZES = [14, 15, 16, 18, 20] as const // CSS pixels
const USUAL_SIZE = 15

const THEME = 'theme' // keys in localStorage
const SIZE = 'text-size'

function chosenTheme(): Theme {
  const kept = choice(THEME)
  return THEMES.find((one) => one === kept) ?? 'system'
}

function chosenSize(): number {
  const kept = Number(choice(SIZE))
  return TEXT_SIZES.find((one) => one === kept) ?? USUAL_SIZE
}

export const theme = signal<Theme>(chosenTheme())
export const textSize = signal<number>(chosenSize())

effect(() => {
  const root = document.documentElement
  if (theme.value === 'system') delete root.dataset.theme
  else root.dataset.theme = theme.value
  choose(THEME, theme.value)
})

effect(() => {
  document.documentElement.style.setProperty('--text-size', `${textSize.value}px`)
  choose(SIZE, String(textSize.value))
})
