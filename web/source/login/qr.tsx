/** Logging in by a picture that a device scans on which one is logged in. */

import { useEffect, useState } from 'preact/hooks'
import { encode } from 'uqr'

import { call, onLoginToken, Refused } from '../api.ts'
import type { Plain } from '../engine/plain.ts'
import { toBase64url } from '../model/bytes.ts'
import { Spinner } from '../ui/kit.tsx'
import { t } from '../words.ts'
import type { tl } from '@mtcute/core'

type Authorization = Plain<tl.auth.TypeAuthorization>

/** A text as a picture of squares. */
function Code({ text }: { text: string }) {
  const { data, size } = encode(text, { ecc: 'M', border: 2 })
  let path = ''
  for (const [y, row] of data.entries()) {
    for (const [x, dark] of row.entries()) if (dark) path += `M${x} ${y}h1v1h-1z`
  }
  return (
    <svg class="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={t('login.qr.picture')}>
      <rect width={size} height={size} fill="#fff" />
      <path d={path} fill="#10191e" />
    </svg>
  )
}

/** Show a token until somebody accepts it; `accepted` is told of the log-in, `password` that one is asked for. */
export function QrStep(props: {
  accepted: (given: Authorization) => Promise<void>
  password: () => Promise<void>
  failed: (error: unknown) => void
}) {
  const [url, setUrl] = useState('')
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>
    let open = true
    const ask = async (): Promise<void> => {
      const answer = await call({ _: 'auth.exportLoginToken', apiId: 1, apiHash: 'chappe', exceptIds: [] })
      if (!open) return
      if (answer._ === 'auth.loginTokenSuccess') await props.accepted(answer.authorization)
      else if (answer._ === 'auth.loginToken') {
        setUrl(`tg://login?token=${toBase64url(answer.token)}`)
        timer = setTimeout(again, Math.max(1, answer.expires - Date.now() / 1000 - 1) * 1000)
      }
    }
    const again = (): void => {
      clearTimeout(timer)
      ask().catch((error: unknown) => {
        if (!open) return
        const wanted = error instanceof Refused && error.text === 'SESSION_PASSWORD_NEEDED'
        if (wanted) void props.password()
        else props.failed(error)
      })
    }
    const stop = onLoginToken(again)
    again()
    return () => {
      open = false
      clearTimeout(timer)
      stop()
    }
  }, [])
  return (
    <>
      <h1>{t('login.qr.title')}</h1>
      {url === '' ? <Spinner label={t('ui.loading')} /> : <Code text={url} />}
      <ol class="login-list">
        <li>{t('login.qr.one')}</li>
        <li>{t('login.qr.two')}</li>
        <li>{t('login.qr.three')}</li>
      </ol>
    </>
  )
}
