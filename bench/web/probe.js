// Notes when things happen in the page and in the worker, on one clock: milliseconds of Unix time.
;(() => {
  const log = (globalThis.benchLog = [])
  const now = () => performance.timeOrigin + performance.now()
  const note = (what, about = '', at = now()) => log.push([what, about, at])
  const about = (message) =>
    typeof message !== 'object' || message === null ? '' : 'ask' in message ? (message.take?._ ?? message.ask) : 'update' in message ? message.update._ : ''
  const { postMessage } = MessagePort.prototype
  MessagePort.prototype.postMessage = function (message, ...others) {
    note('post', about(message))
    return postMessage.call(this, message, ...others)
  }
  const heard = Object.getOwnPropertyDescriptor(MessagePort.prototype, 'onmessage')
  Object.defineProperty(MessagePort.prototype, 'onmessage', {
    ...heard,
    set(hear) {
      heard.set.call(this, (event) => {
        note('got', about(event.data))
        return hear(event)
      })
    },
  })
  if (typeof document === 'undefined') {
    globalThis.WebSocket = class extends WebSocket {
      constructor(...given) {
        super(...given)
        this.addEventListener('message', () => note('in'))
      }
      send(data) {
        note('out')
        super.send(data)
      }
    }
    return
  }
  addEventListener('keydown', ({ key, timeStamp }) => key === 'Enter' && note('key', '', performance.timeOrigin + timeStamp), true)
  // `awaited` is a text; noted is when it was drawn, and when the frame with it had left
  globalThis.benchAwait = (awaited) =>
    new Promise((done) => {
      const watcher = new MutationObserver(() => {
        if (document.querySelector('[role=log]')?.textContent.includes(awaited) !== true) return
        watcher.disconnect()
        note('drawn')
        requestAnimationFrame(() => {
          const { port1, port2 } = new MessageChannel()
          port1.addEventListener('message', () => done(note('painted')))
          port1.start()
          postMessage.call(port2, 0)
        })
      })
      watcher.observe(document.body, { childList: true, subtree: true, characterData: true })
    })
})()
