/** Inviting somebody who is not on this server yet: a link by which they come in with a name and nothing else. */

import { useEffect, useState } from 'preact/hooks'

import { call } from '../api.ts'
import { about } from '../store.ts'
import { Button, Empty, Group, PanelFrame, Spinner } from '../ui/kit.tsx'
import { attempt } from '../ui/refusals.ts'
import { t, type Word } from '../words.ts'
import { copy } from './facts.tsx'
import { inviteIn } from './inviting.ts'

/** Why there is no link to give. */
function whyNone(): Word {
  return about.value?.sign_up === 'closed' ? 'people.friends.closed' : 'people.friends.none.note'
}

function Link({ link, once }: { link: string; once: boolean }) {
  const share = (): void => void navigator.share({ url: link }).catch(() => undefined)
  return (
    <Group title={t('people.friends.link')} hint={t(once ? 'people.friends.once' : 'people.friends.open')}>
      <div class="link-card">
        <span class="link-text">
          <bdi>{link.replace(/^https?:\/\//, '')}</bdi>
        </span>
      </div>
      <div class="link-deeds">
        <Button onPress={() => copy(link)}>{t('people.friends.copy')}</Button>
        {'share' in navigator && (
          <Button kind="plain" onPress={share}>
            {t('people.friends.share')}
          </Button>
        )}
      </div>
    </Group>
  )
}

export default function Invite() {
  const [text, setText] = useState<string | null>(null)
  useEffect(() => {
    void attempt(async () => setText((await call({ _: 'help.getInviteText' })).message)).then((done) => {
      if (!done) setText('') // a suspended account has none to give
    })
  }, [])
  const found = text === null ? null : inviteIn(text)
  return (
    <PanelFrame title={t('people.friends')}>
      {text === null && (
        <div class="centred">
          <Spinner label={t('ui.loading')} />
        </div>
      )}
      {found !== null && <Link {...found} />}
      {text !== null && found === null && <Empty icon="addPerson" title={t('people.friends.none')} note={t(whyNone())} />}
    </PanelFrame>
  )
}
