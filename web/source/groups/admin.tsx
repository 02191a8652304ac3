/** An administrator's rights, one by one, and their title; nobody gives what they have not. */

import { useEffect, useState } from 'preact/hooks'

import type { Peer, PeerId } from '../model/types.ts'
import { back } from '../nav.ts'
import { peer } from '../store.ts'
import { Avatar, nameOf } from '../ui/avatar.tsx'
import { Field, Group, PanelFrame, Row, Spinner } from '../ui/kit.tsx'
import { confirm } from '../ui/overlays.tsx'
import { attempt } from '../ui/refusals.ts'
import { says, t } from '../words.ts'
import { Check, PanelForm } from './fields.tsx'
import { RANK_MAX } from './limits.ts'
import type { Member } from './member.ts'
import { memberOf, setAdmin } from './members.ts'
import { adminRights, granting, mine } from './rights.ts'
import { named } from '../people/naming.ts'

/** Return the words for a right: some mean another thing in a channel. */
export function rightWord(right: string, kind: Peer['kind']): string {
  const special = `groups.right.${right}.channel`
  if (kind === 'channel' && says(special)) return t(special)
  const word = `groups.right.${right}`
  return says(word) ? t(word) : right
}

/** Somebody's face at the head of a panel about them. */
export function Whom({ user, note }: { user: PeerId; note: string }) {
  const who = peer(user).value
  return <Row before={<Avatar peer={who} size={54} />} title={nameOf(who)} note={note} />
}

/** Read what somebody is here; undefined until it is known, null if they are not in. */
export function useMember(chat: PeerId, user: PeerId): Member | null | undefined {
  const [found, setFound] = useState<Member | null | undefined>(undefined)
  useEffect(() => {
    void attempt(async () => setFound(await memberOf(chat, user)))
  }, [chat, user])
  return found
}

const AT_FIRST = ['addAdmins', 'anonymous'] // not given unless somebody says so

function Rights({ where, member, user }: { where: Peer; member: Member | null; user: PeerId }) {
  const all = adminRights(where.kind, where.forum)
  const was = member?.role === 'admin'
  const first = was ? all.filter((one) => member.rights?.[one] === true) : all.filter((one) => mine(where, one) && !AT_FIRST.includes(one))
  const [kept, setKept] = useState<ReadonlySet<string>>(new Set(first))
  const [rank, setRank] = useState(member?.rank ?? '')
  const [busy, setBusy] = useState(false)
  const large = where.kind !== 'group'
  const put = async (rights: ReadonlySet<string>): Promise<void> => {
    const given = large ? granting(rights, where.kind, where.forum) : { other: true }
    await setAdmin(where.id, user, rights.size === 0 ? {} : given, rights.size === 0 ? '' : rank.trim())
    await back()
  }
  const save = (): void => {
    setBusy(true)
    void attempt(() => put(large && kept.size === 0 ? new Set(['other']) : kept)).then(() => setBusy(false))
  }
  const dismiss = async (): Promise<void> => {
    const name = named(peer(user).peek())
    const sure = await confirm({ title: t('groups.dismiss.ask', { name }), yes: t('groups.dismiss'), danger: true })
    if (sure) void attempt(() => put(new Set()))
  }
  const toggle = (right: string, on: boolean): void => {
    const next = new Set(kept)
    if (on) next.add(right)
    else next.delete(right)
    setKept(next)
  }
  return (
    <PanelForm button={t(was ? 'ui.save' : 'groups.promote.do')} busy={busy} onSubmit={save}>
      <Whom user={user} note={t(was ? 'groups.role.admin' : 'groups.role.member')} />
      {large ? (
        <Group title={t('groups.admin.rights')} hint={t('groups.admin.note')}>
          {all.map((right) => (
            <Check
              key={right}
              label={rightWord(right, where.kind)}
              on={kept.has(right)}
              disabled={!mine(where, right)}
              onChange={(on) => toggle(right, on)}
            />
          ))}
        </Group>
      ) : (
        <p class="hint panel-note">{t('groups.admin.basic')}</p>
      )}
      {large && (
        <div class="fields">
          <Field
            label={t('groups.rank')}
            name="rank"
            maxLength={RANK_MAX}
            value={rank}
            placeholder={t('groups.role.admin')}
            hint={t('groups.rank.hint')}
            onInput={setRank}
          />
        </div>
      )}
      {was && (
        <Group>
          <Row icon="close" danger title={t('groups.dismiss')} onPress={() => void dismiss()} />
        </Group>
      )}
    </PanelForm>
  )
}

export default function Admin({ panel }: { panel: { chat: PeerId; user: PeerId } }) {
  const where = peer(panel.chat).value
  const found = useMember(panel.chat, panel.user)
  return (
    <PanelFrame title={t('groups.admin')}>
      {where === undefined || found === undefined ? (
        <div class="centred">
          <Spinner label={t('ui.loading')} />
        </div>
      ) : (
        <Rights where={where} member={found} user={panel.user} />
      )}
    </PanelFrame>
  )
}
