/** A shared folder: which chats it brings, and which of them one takes. */

import { useState } from 'preact/hooks'

import { call, inputPeer } from '../api.ts'
import { loadChats } from '../chats/actions.ts'
import type { Answer } from '../link.ts'
import type { PeerId } from '../model/types.ts'
import { peer } from '../store.ts'
import { peerId } from '../translate/peers.ts'
import { Avatar, nameOf } from '../ui/avatar.tsx'
import { Icon } from '../ui/icons.tsx'
import { Button } from '../ui/kit.tsx'
import { say } from '../ui/overlays.tsx'
import { attempt } from '../ui/refusals.ts'
import { statusOf } from '../ui/status.ts'
import { t } from '../words.ts'

type Shared = Answer<'chatlists.checkChatlistInvite'>

function Choice({ chat, on, fixed, change }: { chat: PeerId; on: boolean; fixed: boolean; change: (on: boolean) => void }) {
  const where = peer(chat).value
  return (
    <li>
      <label class="row person-choice">
        <Avatar peer={where} size={42} />
        <span class="row-text">
          <span class="row-title" dir="auto">
            {nameOf(where)}
          </span>
          <span class="row-note">{fixed ? t('groups.folder.in') : statusOf(where)}</span>
        </span>
        <input type="checkbox" checked={on} disabled={fixed} onChange={(event) => change(event.currentTarget.checked)} />
      </label>
    </li>
  )
}

export function FolderInvite({ answer, slug, close }: { answer: Shared; slug: string; close: () => void }) {
  const known = answer._ === 'chatlists.chatlistInviteAlready'
  const offered = (known ? answer.missingPeers : answer.peers).map(peerId)
  const inside = new Set([...(known ? answer.alreadyPeers.map(peerId) : []), ...offered.filter((id) => peer(id).peek()?.left === false)])
  const [chosen, setChosen] = useState<ReadonlySet<PeerId>>(new Set(offered))
  const [busy, setBusy] = useState(false)
  const title = known ? t('groups.folder.known') : answer.title.text
  const all = [...new Set([...offered, ...inside])]
  const take = (): void => {
    setBusy(true)
    void attempt(async () => {
      await call({ _: 'chatlists.joinChatlistInvite', slug, peers: [...chosen].map(inputPeer) })
      await loadChats(0)
      say(t('groups.folder.taken', { name: title }))
      close()
    }).then(() => setBusy(false))
  }
  const toggle = (id: PeerId, on: boolean): void => setChosen(new Set(on ? [...chosen, id] : [...chosen].filter((one) => one !== id)))
  return (
    <div class="join">
      <span class="join-folder">
        <Icon name="folder" />
      </span>
      <h2 dir="auto">{title}</h2>
      <p class="hint">{t(known && offered.length === 0 ? 'groups.folder.all' : 'groups.folder.note')}</p>
      <ul class="people join-list">
        {all.map((id) => (
          <Choice key={id} chat={id} on={chosen.has(id) || inside.has(id)} fixed={inside.has(id)} change={(on) => toggle(id, on)} />
        ))}
      </ul>
      <div class="join-deeds">
        {offered.length > 0 && (
          <Button busy={busy} disabled={chosen.size === 0} onPress={take}>
            {t('groups.folder.take', { n: chosen.size })}
          </Button>
        )}
        <Button kind="plain" onPress={close}>
          {t(offered.length > 0 ? 'ui.cancel' : 'ui.close')}
        </Button>
      </div>
    </div>
  )
}
