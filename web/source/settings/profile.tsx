/** Who I am to others: names, a line about me, a public name, a photo. */

import { useEffect, useRef, useState } from 'preact/hooks'

import { call, learn, link, Refused } from '../api.ts'
import { peer, self } from '../store.ts'
import { Avatar } from '../ui/avatar.tsx'
import { back } from '../nav.ts'
import { Button, Field, Group, IconButton, PanelFrame } from '../ui/kit.tsx'
import { attempt, sentence } from '../ui/refusals.ts'
import { t } from '../words.ts'
import { squared } from './photo.ts'

const PAUSE_MS = 350 // of typing before a name is checked
const ABOUT_MAX = 70 // letters

/** Say under the field whether a public name can be had. */
function useNameCheck(wanted: string, mine: string): string {
  const [said, setSaid] = useState('')
  useEffect(() => {
    setSaid('')
    if (wanted === '' || wanted === mine) return
    const timer = setTimeout(() => {
      call({ _: 'account.checkUsername', username: wanted })
        .then((free) => setSaid(free ? '' : t('ui.error.USERNAME_OCCUPIED')))
        .catch((error: unknown) => setSaid(sentence(error)))
    }, PAUSE_MS)
    return () => clearTimeout(timer)
  }, [wanted, mine])
  return said
}

function Photo() {
  const me = peer(self.value).value
  const input = useRef<HTMLInputElement>(null)
  const put = async (file: File): Promise<void> => {
    const picture = await squared(file)
    const brought = await link.upload(picture, 'photo.jpg')
    learn(await call({ _: 'photos.uploadProfilePhoto', file: brought }))
    const [user] = await call({ _: 'users.getUsers', id: [{ _: 'inputUserSelf' }] })
    learn({ users: [user] })
  }
  return (
    <div class="profile-photo">
      <Avatar peer={me} size={96} />
      <IconButton icon="photo" label={t('settings.photo')} onPress={() => input.current?.click()} />
      <input
        ref={input}
        type="file"
        accept="image/*"
        hidden
        aria-label={t('settings.photo')}
        onChange={(event) => {
          const [file] = event.currentTarget.files ?? []
          if (file !== undefined) void attempt(() => put(file))
          event.currentTarget.value = ''
        }}
      />
    </div>
  )
}

export default function Profile() {
  const me = peer(self.value).value
  const [about, setAbout] = useState('')
  const [username, setUsername] = useState(me?.username ?? '')
  const [busy, setBusy] = useState(false)
  const trouble = useNameCheck(username, me?.username ?? '')
  useEffect(() => {
    void attempt(async () => {
      const { fullUser } = await call({ _: 'users.getFullUser', id: { _: 'inputUserSelf' } })
      setAbout(fullUser.about ?? '')
    })
  }, [])
  const save = async (fields: Record<string, string>): Promise<void> => {
    const { first = '', last = '' } = fields
    const named = { firstName: first.trim(), lastName: last.trim(), about: about.trim() }
    learn({ users: [await call({ _: 'account.updateProfile', ...named })] })
    if (username !== (me?.username ?? '')) {
      try {
        learn({ users: [await call({ _: 'account.updateUsername', username })] })
      } catch (error) {
        if (!(error instanceof Refused) || error.text !== 'USERNAME_NOT_MODIFIED') throw error
      }
    }
    back()
  }
  return (
    <PanelFrame title={t('settings.profile')}>
      <form
        class="panel-form"
        onSubmit={(event) => {
          event.preventDefault()
          const fields = Object.fromEntries(new FormData(event.currentTarget)) as Record<string, string>
          setBusy(true)
          void attempt(() => save(fields)).then(() => setBusy(false))
        }}
      >
        <Photo />
        <Group>
          <div class="fields">
            <Field label={t('login.first')} name="first" defaultValue={me?.first ?? ''} maxLength={64} required />
            <Field label={t('login.last')} name="last" defaultValue={me?.last ?? ''} maxLength={64} />
            <Field
              label={t('settings.about')}
              name="about"
              value={about}
              maxLength={ABOUT_MAX}
              onInput={setAbout}
              hint={t('settings.about.hint')}
            />
            <Field
              label={t('settings.username')}
              name="username"
              value={username}
              maxLength={32}
              onInput={setUsername}
              hint={t('settings.username.hint')}
              trouble={trouble}
            />
            <Button submit busy={busy} disabled={trouble !== ''}>
              {t('ui.save')}
            </Button>
          </div>
        </Group>
      </form>
    </PanelFrame>
  )
}
