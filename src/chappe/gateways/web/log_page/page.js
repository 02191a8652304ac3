// Checks the public log in the browser: signatures by Ed25519, cosignatures by the policy, every tile, the tree from
// all entries, and that it continues what this browser saw before. https://c2sp.org/tlog-tiles. The form of entries
// and ML-DSA-44 are left to verify.py.

const WIDTH = 256 // hashes of a full tile
const HASH = 32 // bytes of a hash
const PLACE = "/log/"
const ED25519 = 1
const ED25519_COSIGNATURE = 4
const WORDS = {
  en: {
    title: "Public log",
    about: "What is done to accounts here, in a list of which nothing can be changed or taken away unseen. It says no names.",
    policy: "Whose signatures you believe. This server proposes its own: better, paste what somebody else gave you.",
    check: "Check everything now",
    limits: "This page comes from the server it checks, so it can lie to you as well. To be sure, read verify.py, take it from somewhere else, and run it with Python 3.11 or newer:",
    working: "Checking…",
    held: "All {0} entries hold.",
    remembered: "It continues what this browser saw before ({0} entries).",
    first: "This browser sees it for the first time, and remembers it.",
    seen: "The witness {0} saw it.",
    unread: "Not checked here: the ML-DSA-44 signature of {0}, and the form of entries.",
    wrong: "Something is wrong: {0}",
    failed: "It could not be checked: {0}",
    old: "This browser cannot check Ed25519 signatures. Use a newer one, or verify.py.",
    missing: "{0} is missing",
    unsigned: "the head is not signed by the log of the policy",
    forged: "the signature of {0} is forged",
    few: "fewer witnesses saw the head than the policy asks for",
    changed: "entry {0} was changed, removed or moved",
    tile: "{0} is not what the entries give",
    root: "the entries do not give the root that the log signed",
    back: "it has {1} entries, and this browser saw {0}: it was rolled back",
    fork: "it is not the log that this browser saw before ({0} entries): it was rewritten",
    form: "what the server sent is not in its form",
    nobody: "the server does not answer",
  },
  fr: {
    title: "Journal public",
    about: "Ce qui est fait aux comptes de ce serveur, dans une liste dont rien ne peut être changé ni retiré sans que cela se voie. Elle ne contient aucun nom.",
    policy: "Les signatures auxquelles vous faites confiance. Ce serveur propose les siennes : mieux vaut coller celles que quelqu’un d’autre vous a données.",
    check: "Tout vérifier maintenant",
    limits: "Cette page vient du serveur qu’elle vérifie : elle peut donc mentir, elle aussi. Pour être sûr, lisez verify.py, prenez-le ailleurs et lancez-le avec Python 3.11 ou plus récent :",
    working: "Vérification…",
    held: "Les {0} entrées sont intactes.",
    remembered: "Il continue ce que ce navigateur a vu auparavant ({0} entrées).",
    first: "Ce navigateur le voit pour la première fois et s’en souviendra.",
    seen: "Le témoin {0} l’a vu.",
    unread: "Non vérifiées ici : la signature ML-DSA-44 de {0} et la forme des entrées.",
    wrong: "Quelque chose ne va pas : {0}",
    failed: "La vérification n’a pas pu être faite : {0}",
    old: "Ce navigateur ne sait pas vérifier les signatures Ed25519. Utilisez-en un plus récent, ou verify.py.",
    missing: "{0} manque",
    unsigned: "la tête n’est pas signée par le journal indiqué",
    forged: "la signature de {0} est fausse",
    few: "moins de témoins ont vu la tête qu’il n’en est demandé",
    changed: "l’entrée {0} a été changée, retirée ou déplacée",
    tile: "{0} ne correspond pas aux entrées",
    root: "les entrées ne donnent pas la racine que le journal a signée",
    back: "il a {1} entrées, et ce navigateur en a vu {0} : il est revenu en arrière",
    fork: "ce n’est pas le journal que ce navigateur a vu auparavant ({0} entrées) : il a été réécrit",
    form: "ce que le serveur a envoyé n’a pas la bonne forme",
    nobody: "le serveur ne répond pas",
  },
  ar: {
    title: "السجل العلني",
    about: "ما يُفعل بالحسابات هنا، في قائمة لا يمكن تغيير شيء منها أو حذفه دون أن يُكتشف. لا أسماء فيها.",
    policy: "التواقيع التي تثق بها. يقترح هذا الخادم تواقيعه، والأفضل أن تلصق ما أعطاك إياه شخص آخر.",
    check: "تحقق من كل شيء الآن",
    limits: "هذه الصفحة تأتي من الخادم الذي تتحقق منه، فقد تكذب عليك هي أيضًا. للتأكد اقرأ verify.py وخذه من مكان آخر وشغّله ببايثون 3.11 أو أحدث:",
    working: "جارٍ التحقق…",
    held: "المدخلات الـ{0} كلها سليمة.",
    remembered: "وهو يتابع ما رآه هذا المتصفح من قبل (المدخلات: {0}).",
    first: "يراه هذا المتصفح لأول مرة وسيتذكره.",
    seen: "رآه الشاهد {0}.",
    unread: "لم يُتحقق هنا من توقيع ML-DSA-44 الخاص بـ{0} ولا من صيغة المدخلات.",
    wrong: "هناك خطأ: {0}",
    failed: "تعذّر التحقق: {0}",
    old: "لا يستطيع هذا المتصفح التحقق من تواقيع Ed25519. استخدم متصفحًا أحدث أو verify.py.",
    missing: "{0} مفقود",
    unsigned: "الرأس غير موقّع من السجل المذكور",
    forged: "توقيع {0} مزوّر",
    few: "عدد الشهود الذين رأوا الرأس أقل من المطلوب",
    changed: "المدخلة {0} غُيّرت أو حُذفت أو نُقلت",
    tile: "{0} لا يطابق المدخلات",
    root: "المدخلات لا تعطي الجذر الذي وقّعه السجل",
    back: "فيه {1} من المدخلات وقد رأى هذا المتصفح {0}: لقد أُعيد إلى الوراء",
    fork: "ليس السجل الذي رآه هذا المتصفح من قبل (المدخلات: {0}): لقد أُعيدت كتابته",
    form: "ما أرسله الخادم ليس بالصيغة الصحيحة",
    nobody: "الخادم لا يجيب",
  },
}
const language = [...navigator.languages].map(one => one.slice(0, 2)).find(one => one in WORDS) ?? "en"
const say = (word, ...parts) => WORDS[language][word].replace(/\{(\d)\}/g, (_, at) => String(parts[at]))

class Wrong extends Error {
  constructor(word, ...parts) {
    super(say(word, ...parts))
  }
}
class NotChecked extends Wrong {}

const text = new TextEncoder()
const hash = async bytes => new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))
const same = (one, two) => one.length === two.length && one.every((byte, at) => byte === two[at])

function join(...parts) {
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

const encoded = bytes => btoa(String.fromCharCode(...bytes))

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

async function policy(content) {
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

function checkpoint(content) {
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

async function checkHead(head, by, tell) {
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

async function fetched(name, missing = true) {
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

async function read(head, tell) {
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

// --- the page

const at = id => document.getElementById(id)
const MEMORY = "chappe-public-log"

function detail(sentence) {
  const line = document.createElement("li")
  line.textContent = sentence
  at("details").append(line)
}

function result(kind, sentence) {
  at("result").className = kind
  at("result").textContent = sentence
}

async function check() {
  at("details").replaceChildren()
  result("", say("working"))
  try {
    const by = await policy(at("policy").value)
    const head = checkpoint(new TextDecoder("utf-8", { fatal: true }).decode(await fetched("checkpoint")))
    await checkHead(head, by, (word, name) => detail(say(word, name)))
    const kept = localStorage.getItem(`${MEMORY} ${head.origin}`)
    const before = kept && checkpoint(kept)
    if (before && before.size > head.size) throw new Wrong("back", before.size, head.size)
    const tree = await read(head, count => result("", `${say("working")} ${count} / ${head.size}`))
    if (!same(await tree.root(0, head.size), head.root)) throw new Wrong("root")
    if (before && !same(await tree.root(0, before.size), before.root)) throw new Wrong("fork", before.size)
    const signatures = head.signatures.map(one => `— ${one.name} ${encoded(join(one.id, one.signature))}\n`)
    localStorage.setItem(`${MEMORY} ${head.origin}`, `${head.text}\n${signatures.join("")}`)
    detail(before ? say("remembered", before.size) : say("first"))
    result("held", say("held", head.size))
  } catch (error) {
    if (error instanceof NotChecked) result("unsure", say("failed", error.message))
    else if (error instanceof Wrong) result("wrong", say("wrong", error.message))
    else if (error?.name === "NotSupportedError") result("unsure", say("old"))
    else result("wrong", say("wrong", say("form")))
  }
}

document.documentElement.lang = language
document.documentElement.dir = language === "ar" ? "rtl" : "ltr"
document.title = say("title")
for (const element of document.querySelectorAll("[data-word]")) element.textContent = say(element.dataset.word)
at("check").addEventListener("click", check)
try {
  at("policy").value = new TextDecoder().decode(await fetched("policy.txt"))
} catch (error) {
  result("unsure", say("failed", error.message))
}
at("check").disabled = false
document.body.dataset.ready = ""
