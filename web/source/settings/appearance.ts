/** How the page looks on this device: a choice of colours and of the size of texts. Nothing of a chat. */

import { effect, signal } from '@preact/signals'

export const THEMES = ['system', 'light', 'dark'] as const
export type Theme = (typeof THEMES)[number]

export const TEXT_SIZES = [14, 15, 16, 18, 20] as const // CSS pixels
const USUAL_SIZE = 15

const THEME = 'theme' // keys in localStorage
const SIZE = 'text-size'

function chosenTheme(): Theme {
  const kept = localStorage.getItem(THEME)
  return THEMES.find((one) => one === kept) ?? 'system'
}

function chosenSize(): number {
  const kept = Number(localStorage.getItem(SIZE))
  return TEXT_SIZES.find((one) => one === kept) ?? USUAL_SIZE
}

export const theme = signal<Theme>(chosenTheme())
export const textSize = signal<number>(chosenSize())

effect(() => {
  const root = document.documentElement
  if (theme.value === 'system') delete root.dataset.theme
  else root.dataset.theme = theme.value
  localStorage.setItem(THEME, theme.value)
})

effect(() => {
  document.documentElement.style.setProperty('--text-size', `${textSize.value}px`)
  localStorage.setItem(SIZE, String(textSize.value))
})
