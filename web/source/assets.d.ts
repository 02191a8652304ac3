/** What the build replaces. */
declare module '*.wasm' {
  const url: string
  export default url
}
declare const WORKER_URL: string // of the worker's file
declare const DRAWER_URL: string // of the file of the worker that draws animated stickers
declare const VERSION: string
declare const SHELL: string[] // of the service worker: what a page needs to be drawn
declare module 'words:*' {
  const words: Record<string, string | Partial<Record<Intl.LDMLPluralRule, string>>>
  export default words
}
