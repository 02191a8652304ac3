// The one step that browsers want a script for: making a passkey, and signing with one.
// The token of a link stands behind the #, which is sent to nobody; it goes from here by POST alone.
const said = document.querySelector('[data-said]')
const token = location.hash.slice(1)

async function ask(path, body) {
  const headers = { 'Content-Type': 'application/json' }
  const answer = await fetch(path, { method: 'POST', headers, body: JSON.stringify(body) })
  const found = await answer.json().catch(() => ({ error: 'The server did not answer as it should: try again.' }))
  if (!answer.ok) throw new Error(found.error ?? 'The server refused it.')
  return found
}

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (one) => one.charCodeAt(0))
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '')

// As PublicKeyCredential.parse…FromJSON and toJSON do, which browsers have only had for a short while.
function readable(options) {
  const read = { ...options, challenge: bytes(options.challenge) }
  if (options.user) read.user = { ...options.user, id: bytes(options.user.id) }
  for (const list of ['excludeCredentials', 'allowCredentials']) {
    if (options[list]) read[list] = options[list].map((one) => ({ ...one, id: bytes(one.id) }))
  }
  return read
}

function writable(credential) {
  const response = {}
  for (const part of ['clientDataJSON', 'attestationObject', 'authenticatorData', 'signature', 'userHandle']) {
    if (credential.response[part]) response[part] = text(credential.response[part])
  }
  return { id: credential.id, type: credential.type, response }
}

async function perform(what) {
  const began = await ask(`/${what}/begin`, { token })
  const publicKey = readable(began.options)
  const credential =
    what === 'login' || what.endsWith('/sign') ? await navigator.credentials.get({ publicKey }) : await navigator.credentials.create({ publicKey })
  const ended = await ask(`/${what}/finish`, { token, credential: writable(credential) })
  location.replace(ended.go)
}

for (const button of document.querySelectorAll('[data-passkey]')) {
  button.addEventListener('click', async () => {
    button.disabled = true
    said.textContent = ''
    try {
      if (!window.PublicKeyCredential) throw new Error('This browser knows no passkeys: use another one.')
      await perform(button.dataset.passkey)
    } catch (error) {
      const cancelled = error.name === 'NotAllowedError'
      said.textContent = cancelled ? 'Nothing was made or signed: try again when you are ready.' : error.message
      button.disabled = false
    }
  })
}
