// Checks a public log and its receipts: signatures by Ed25519, cosignatures by a policy, every tile, the tree from all
// entries. For the page beside it, and for the web client. The form of entries and ML-DSA-44 are left to verify.py.

const WIDTH = 256 // hashes of a full tile
const HASH = 32 // bytes of a hash
const PLACE = "/log/"
const ED25519 = 1
const ED25519_COSIGNATURE = 4

/** What does not hold: a word for why, and what it is about. */
export class Wrong extends Error {
  constructor(word, ...parts) {
    super(`${word} ${parts.join(" ")}`)
    this.word = word
    this.parts = parts
  }
}
/** Nothing can be said. */
export class NotChecked extends Wrong {}

const text = new TextEncoder()
const hash = async bytes => new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))
export const same = (one, two) => one.length === two.length && one.every((byte, at) => byte === two[at])

export function join(...parts) {
  const all = new Uint8Array(parts.reduce((size, part) => size + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

function decoded(base64) {
  try {
    const bytes = Uint8Array.from(atob(base64), one => one.charCodeAt(0))
    if (encoded(bytes) === base64) return bytes
  } catch {}
  throw new Wrong("form")
}

export const encoded = bytes => btoa(String.fromCharCode(...bytes))

async function key(vkey) {
  const [name, id, ...rest] = vkey.split("+")
  const material = decoded(rest.join("+"))
  const named = await hash(join(text.encode(`${name}\n`), material))
  if ([...named.slice(0, 4)].map(one => one.toString(16).padStart(2, "0")).join("") !== id) throw new Wrong("form")
  return { name, id: named.slice(0, 4), kind: material[0], bytes: material.slice(1) }
}

async function signed(known, message, signature) {
  const imported = await crypto.subtle.importKey("raw", known.bytes, "Ed25519", false, ["verify"])
  return crypto.subtle.verify("Ed25519", imported, signature, message)
}

// --- https://c2sp.org/tlog-policy

export async function policy(content) {
  const found = { logs: [], witnesses: new Map(), groups: new Map(), quorum: "" }
  for (const line of content.split("\n")) {
    const [what, ...words] = line.trim().split(/[ \t]+/)
    if (!what || what.startsWith("#")) continue
    if (what === "log") found.logs.push(await key(words[0] ?? ""))
    else if (what === "witness") found.witnesses.set(words[0], await key(words[1] ?? ""))
    else if (what === "quorum" && !found.quorum) found.quorum = words[0] ?? ""
    else if (what === "group") {
      const [name, count, ...members] = words
      const enough = { any: 1, all: members.length }[count] ?? Number(count)
      if (!(enough >= 1 && enough <= members.length)) throw new Wrong("form")
      if (!members.every(one => found.witnesses.has(one) || found.groups.has(one))) throw new Wrong("form")
      found.groups.set(name, { enough, members })
    } else throw new Wrong("form")
  }
  const names = [...found.witnesses.keys(), ...found.groups.keys(), "none"]
  if (!names.includes(found.quorum)) throw new Wrong("form")
  return found
}

function enough(by, seen, name = by.quorum) {
  const group = by.groups.get(name)
  if (name === "none") return true
  return group ? group.members.filter(one => enough(by, seen, one)).length >= group.enough : seen.has(name)
}

// --- https://c2sp.org/tlog-checkpoint

export function checkpoint(content) {
  const cut = content.lastIndexOf("\n\n")
  const lines = content.slice(0, cut).split("\n")
  if (cut < 0 || lines.length < 3 || !content.endsWith("\n") || !/^(0|[1-9]\d{0,14})$/.test(lines[1])) throw new Wrong("form")
  const signatures = content.slice(cut + 2, -1).split("\n").map(line => {
    const found = /^— ([^ +]+) ([A-Za-z0-9+/=]+)$/.exec(line)
    if (!found) throw new Wrong("form")
    const bytes = decoded(found[2])
    return { name: found[1], id: bytes.slice(0, 4), signature: bytes.slice(4) }
  })
  const root = decoded(lines[2])
  if (root.length !== HASH) throw new Wrong("form")
  return { text: content.slice(0, cut + 1), origin: lines[0], size: Number(lines[1]), root, signatures }
}

export async function checkHead(head, by, tell) {
  const logs = by.logs.filter(one => one.name === head.origin)
  const seen = new Set()
  let byLog = false
  for (const [name, known] of [...logs.map(one => ["", one]), ...by.witnesses]) {
    for (const line of head.signatures) {
      if (line.name !== known.name || !same(line.id, known.id)) continue
      let { signature } = line
      let message = text.encode(head.text)
      if (known.kind === ED25519_COSIGNATURE) {
        const time = new DataView(signature.buffer, signature.byteOffset).getBigUint64(0)
        message = join(text.encode(`cosignature/v1\ntime ${time}\n`), message)
        signature = signature.slice(8)
      } else if (known.kind !== ED25519) {
        tell("unread", known.name)
        continue
      }
      if (!(await signed(known, message, signature))) throw new Wrong("forged", known.name)
      if (name) {
        seen.add(name)
        tell("seen", name)
      } else byLog = true
    }
  }
  if (!byLog) throw new Wrong("unsigned")
  if (!enough(by, seen)) throw new Wrong("few")
}

// --- https://c2sp.org/tlog-tiles

export async function fetched(name, missing = true) {
  let answer
  try {
    answer = await fetch(PLACE + name, { cache: "no-cache" })
  } catch {
    throw new NotChecked("nobody")
  }
  if (answer.ok) return new Uint8Array(await answer.arrayBuffer())
  if (answer.status !== 404) throw new NotChecked("nobody")
  if (missing) throw new Wrong("missing", name)
}

function path(level, number, width) {
  let name = String(number % 1000).padStart(3, "0")
  for (let rest = Math.floor(number / 1000); rest; rest = Math.floor(rest / 1000)) {
    name = `x${String(rest % 1000).padStart(3, "0")}/${name}`
  }
  return `tile/${level}/${name}${width === WIDTH ? "" : `.p/${width}`}`
}

// "MAY delete any partial tile once the corresponding full tile is available": then its first part is asked
async function tile(level, number, width) {
  const name = path(level, number, width)
  const found = await fetched(name, width === WIDTH)
  return found ?? (await fetched(path(level, number, WIDTH), false)) ?? fetched(name)
}

function entries(bundle, width) {
  const found = []
  for (let at = 0; at + 2 <= bundle.length && found.length < width; ) {
    const end = at + 2 + (bundle[at] << 8) + bundle[at + 1]
    found.push(bundle.subarray(at + 2, end))
    at = end
  }
  return found
}

async function above(hashes) {
  const pairs = []
  for (let at = 0; at < hashes.length; at += 2) pairs.push(hash(join([1], hashes[at], hashes[at + 1])))
  return Promise.all(pairs)
}

class Tree {
  rows = [[]] // of each level of tiles the hashes, computed from entries

  async add(leaves) {
    for (let level = 0, added = leaves; added.length; level += 1) {
      const row = (this.rows[level] ??= [])
      row.push(...added)
      if (row.length % WIDTH) return
      added = row.slice(-WIDTH)
      while (added.length > 1) added = await above(added)
    }
  }

  async root(first, end) {
    const count = end - first
    if (!count) return hash(new Uint8Array())
    let width = 1
    while (width * 2 <= count) width *= 2
    if (width === count) return this.node(first, count)
    return hash(join([1], await this.root(first, first + width), await this.root(first + width, end)))
  }

  async node(first, count) {
    let level = 0
    let size = 1
    while (size * WIDTH <= count) {
      size *= WIDTH
      level += 1
    }
    let found = this.rows[level].slice(first / size, (first + count) / size)
    while (found.length > 1) found = await above(found)
    return found[0]
  }
}

export async function read(head, tell) {
  const tree = new Tree()
  for (let number = 0; number * WIDTH < head.size; number += 1) {
    const width = Math.min(WIDTH, head.size - number * WIDTH)
    const [bundle, hashes] = await Promise.all([tile("entries", number, width), tile(0, number, width)])
    const leaves = await Promise.all(entries(bundle, width).map(one => hash(join([0], one))))
    for (let at = 0; at < width; at += 1) {
      const expected = hashes.subarray(at * HASH, (at + 1) * HASH)
      if (!leaves[at] || !same(leaves[at], expected)) throw new Wrong("changed", number * WIDTH + at)
    }
    await tree.add(leaves)
    tell(number * WIDTH + width)
  }
  for (let level = 1; level < tree.rows.length; level += 1) {
    const row = tree.rows[level]
    for (let number = 0; number * WIDTH < row.length; number += 1) {
      const part = row.slice(number * WIDTH, (number + 1) * WIDTH)
      const hashes = await tile(level, number, part.length)
      if (!same(hashes.subarray(0, part.length * HASH), join(...part))) throw new Wrong("tile", path(level, number, part.length))
    }
  }
  return tree
}

// --- https://c2sp.org/tlog-proof

const PROOF = "c2sp.org/tlog-proof@v1"
const SUBJECT = "chappe/subject/v1\n"

async function checkIncluded(entry, index, way, head) {
  let [here, last] = [index, head.size - 1]
  let found = await hash(join([0], entry))
  for (const other of way) {
    if (last <= 0) throw new Wrong("entry")
    const right = here % 2 === 1
    if (right || here === last) {
      found = await hash(join([1], other, found))
      while (here && here % 2 === 0) [here, last] = [here / 2, Math.floor(last / 2)]
    } else found = await hash(join([1], found, other))
    ;[here, last] = [Math.floor(here / 2), Math.floor(last / 2)]
  }
  if (index >= head.size || last !== 0 || !same(found, head.root)) throw new Wrong("entry")
}

function object(json) {
  try {
    const found = JSON.parse(json)
    if (typeof found === "object" && found !== null && !Array.isArray(found)) return found
  } catch {}
  throw new Wrong("form")
}

async function checkSubject(secret, identity, subject) {
  if (typeof secret !== "string" || typeof identity !== "string" || !/^[0-9a-f]{64}$/.test(secret)) throw new Wrong("form")
  const bytes = Uint8Array.from(secret.match(/../g), one => parseInt(one, 16))
  const imported = await crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["sign"])
  const named = new Uint8Array(await crypto.subtle.sign("HMAC", imported, text.encode(SUBJECT + identity)))
  if ([...named].map(one => one.toString(16).padStart(2, "0")).join("") !== subject) throw new Wrong("about")
}

/** Check a receipt; return which entry it is for, what that says, and whom it is about ("": nobody is named). */
export async function checkReceipt(content, by, tell) {
  const cut = content.indexOf("\n\n")
  const lines = content.slice(0, Math.max(cut, 0)).split("\n")
  if (lines.shift() !== PROOF) throw new Wrong("form")
  const extra = /^extra (.+)$/.exec(lines[0] ?? "")
  const beside = extra ? object(new TextDecoder().decode(decoded(extra[1]))) : {}
  if (extra) lines.shift()
  const place = /^index (0|[1-9]\d{0,14})$/.exec(lines.shift() ?? "")
  if (!place || typeof beside.entry !== "string") throw new Wrong("form")
  const head = checkpoint(content.slice(cut + 2))
  await checkHead(head, by, tell)
  await checkIncluded(text.encode(beside.entry), Number(place[1]), lines.map(decoded), head)
  const entry = object(beside.entry)
  if ("record_key" in beside) await checkSubject(beside.record_key, beside.identity, entry.subject)
  return { origin: head.origin, index: Number(place[1]), entry, identity: "record_key" in beside ? beside.identity : "" }
}
