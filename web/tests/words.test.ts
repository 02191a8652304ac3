import assert from 'node:assert/strict'
import { test } from 'node:test'

// @ts-expect-error a module of the build, without types
import { gathered } from '../words.mjs'

type Words = Record<string, string | Record<string, string>>
const languages: Record<string, Words> = Object.fromEntries(
  ['en', 'fr', 'ar'].map((language) => [language, gathered(language) as Words]),
)
const { en = {} } = languages

function forms(said: string | Record<string, string>): string[] {
  return typeof said === 'string' ? [said] : Object.values(said)
}

function names(said: string | Record<string, string>): string[] {
  const found = forms(said).flatMap((form) => form.match(/\{\w+\}/g) ?? [])
  return [...new Set(found)].filter((name) => name !== '{n}').sort()
}

test('every language says everything, and nothing else', () => {
  assert.ok(Object.keys(en).length > 200)
  for (const [language, words] of Object.entries(languages)) {
    assert.deepEqual(Object.keys(words).sort(), Object.keys(en).sort(), language)
  }
})

test('sentences name the same things in every language', () => {
  for (const [language, words] of Object.entries(languages)) {
    for (const [key, said] of Object.entries(en)) {
      assert.deepEqual(names(words[key] ?? ''), names(said), `${language} ${key}`)
    }
  }
})

test('plural forms are those the language has', () => {
  for (const [language, words] of Object.entries(languages)) {
    const has = new Set<string>(new Intl.PluralRules(language).resolvedOptions().pluralCategories)
    for (const [key, said] of Object.entries(words)) {
      if (typeof said === 'string') continue
      assert.ok('other' in said, `${language} ${key}`)
      const strange = Object.keys(said).filter((form) => !has.has(form))
      assert.deepEqual(strange, [], `${language} ${key}`)
    }
  }
})
