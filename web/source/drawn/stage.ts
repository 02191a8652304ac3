/** What the library finds in place of a page, since it draws in a worker: canvases, and nothing else. Imported before it. */

const nothing = { style: {}, setAttribute: () => undefined, appendChild: () => undefined }

const stage = {
  readyState: 'loading', // so that it looks for no animations in a page
  body: null,
  _isProxy: true, // its own word for a page that is none
  createElement: (name: string) => (name === 'canvas' ? new OffscreenCanvas(1, 1) : nothing),
  createElementNS: () => nothing,
  getElementsByTagName: () => [],
  getElementsByClassName: () => [],
}

Object.assign(globalThis, { document: stage, window: globalThis })

export {}
