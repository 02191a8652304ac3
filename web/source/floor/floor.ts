/** What the page says instead of itself where a browser, or the address, does not allow it. The one script that must run in any
 * browser: nothing newer than 2009 is written in it, and nothing is called that was not looked for. The build holds its syntax to
 * that. */

import ar from './words/ar.json'
import en from './words/en.json'
import fr from './words/fr.json'

type Why = 'old' | 'unsafe'

/** Say whether the browser lacks something that the page cannot do without; beside it the last versions that lack it. */
function tooOld(): boolean {
  return (
    !('BigInt' in window) ||
    !('WebAssembly' in window) ||
    !('indexedDB' in window) ||
    !('ResizeObserver' in window) ||
    !('Intl' in window) ||
    !('ListFormat' in Intl) ||
    !('HTMLDialogElement' in window) || // Firefox 97, Safari 15.3
    !('OffscreenCanvas' in window) || // Firefox 104, Safari 16.3
    !('at' in Array.prototype) || // Chrome 91, Firefox 89
    !('replaceAll' in String.prototype) ||
    !looksBehind() // Safari 16.3
  )
}

function looksBehind(): boolean {
  try {
    return new RegExp('(?<!a)b', 'u').test('b')
  } catch (error) {
    return false
  }
}

/** Say whether the page was fetched so that browsers hide their cryptography from it. */
function unsafe(): boolean {
  return !window.isSecureContext || !window.crypto || !window.crypto.subtle
}

function language(): 'en' | 'fr' | 'ar' {
  var wanted: readonly string[] = navigator.languages || [navigator.language]
  for (var at = 0; at < wanted.length; at++) {
    var short = String(wanted[at]).split('-')[0]
    if (short === 'en' || short === 'fr' || short === 'ar') return short
  }
  return 'en'
}

function element(name: string, className: string, text: string): HTMLElement {
  var made = document.createElement(name)
  made.className = className
  made.appendChild(document.createTextNode(text))
  return made
}

function say(why: Why): void {
  var spoken = language()
  var words = spoken === 'fr' ? fr : spoken === 'ar' ? ar : en
  var app = document.getElementById('app')
  if (!app) return
  document.documentElement.lang = spoken
  document.documentElement.dir = spoken === 'ar' ? 'rtl' : 'ltr'
  var main = element('main', 'login', '')
  var card = element('div', 'login-card', '')
  var mark = document.createElement('img')
  mark.src = '/icon.svg'
  mark.alt = ''
  mark.width = 72
  card.appendChild(mark)
  card.appendChild(element('h1', '', words[why === 'old' ? 'old.title' : 'unsafe.title']))
  card.appendChild(element('p', 'login-text', words[why === 'old' ? 'old.text' : 'unsafe.text']))
  main.appendChild(card)
  app.appendChild(main)
}

// an old browser is told so at whatever address it is: another address would not help it
var why: Why | '' = tooOld() ? 'old' : unsafe() ? 'unsafe' : ''
if (why) {
  document.documentElement.setAttribute('data-without', why) // the page looks for it before it begins
  say(why)
}
