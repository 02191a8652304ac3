// Checks the public log in the browser, all of it (checking.js), and that it continues what this browser saw before.

import { NotChecked, Wrong, checkHead, checkpoint, encoded, fetched, join, policy, read, same } from "./checking.js"

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

// --- the page

const at = id => document.getElementById(id)
const MEMORY = "chappe-public-log"

const why = error => say(error.word, ...error.parts)

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
    if (error instanceof NotChecked) result("unsure", say("failed", why(error)))
    else if (error instanceof Wrong) result("wrong", say("wrong", why(error)))
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
  result("unsure", say("failed", why(error)))
}
at("check").disabled = false
document.body.dataset.ready = ""
