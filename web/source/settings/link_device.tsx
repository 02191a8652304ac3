/** Letting another device in: by the link its QR code holds, which the camera reads or somebody pastes. */

import { useEffect, useRef, useState } from 'preact/hooks'

import { call } from '../api.ts'
import { fromBase64url } from '../model/bytes.ts'
import { Button, Field } from '../ui/kit.tsx'
import { say, showModal } from '../ui/overlays.tsx'
import { attempt } from '../ui/refusals.ts'
import { t } from '../words.ts'

const LINK = /^tg:\/\/login\?token=([\w-]+=*)$/
const LOOK_MS = 300 // between two looks at what the camera sees

interface Detector {
  detect(source: HTMLVideoElement): Promise<{ rawValue: string }[]>
}
type DetectorClass = new (options: { formats: string[] }) => Detector

/** Return the token of a log-in link; null if it is none. */
export function tokenOf(link: string): Uint8Array | null {
  const found = LINK.exec(link.trim())?.[1]
  return found === undefined ? null : fromBase64url(found)
}

async function accept(token: Uint8Array): Promise<void> {
  const session = await call({ _: 'auth.acceptLoginToken', token })
  say(t('settings.link.done', { name: session.deviceModel }))
}

/** What the camera sees, where the browser can read codes in it. */
function Camera({ found }: { found: (text: string) => void }) {
  const video = useRef<HTMLVideoElement>(null)
  useEffect(() => {
    const { BarcodeDetector } = globalThis as { BarcodeDetector?: DetectorClass }
    const screen = video.current
    if (BarcodeDetector === undefined || screen === null) return
    const detector = new BarcodeDetector({ formats: ['qr_code'] })
    let stream: MediaStream | null = null
    let open = true
    const timer = setInterval(() => {
      if (stream === null) return
      void detector.detect(screen).then((codes) => {
        const code = codes.find(({ rawValue }) => LINK.test(rawValue))
        if (open && code !== undefined) found(code.rawValue)
      })
    }, LOOK_MS)
    navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } }).then(
      (given) => {
        stream = given
        screen.srcObject = given
        void screen.play()
      },
      () => undefined, // no camera, or not allowed: the link can be pasted
    )
    return () => {
      open = false
      clearInterval(timer)
      for (const track of stream?.getTracks() ?? []) track.stop()
    }
  }, [])
  if (!('BarcodeDetector' in globalThis)) return null
  return <video ref={video} class="camera" muted playsInline aria-label={t('settings.link.camera')} />
}

function LinkDevice({ close }: { close: () => void }) {
  const [trouble, setTrouble] = useState('')
  const take = (text: string): void => {
    const token = tokenOf(text)
    if (token === null) {
      setTrouble(t('settings.link.wrong'))
      return
    }
    close()
    void attempt(() => accept(token))
  }
  return (
    <form
      class="ask"
      onSubmit={(event) => {
        event.preventDefault()
        take(String(new FormData(event.currentTarget).get('link')))
      }}
    >
      <h2>{t('settings.link')}</h2>
      <p>{t('settings.link.text')}</p>
      <Camera found={take} />
      <Field label={t('settings.link.field')} name="link" autofocus trouble={trouble} placeholder="tg://login?token=…" />
      <div class="modal-actions">
        <Button kind="plain" onPress={close}>
          {t('ui.cancel')}
        </Button>
        <Button submit>{t('settings.link.do')}</Button>
      </div>
    </form>
  )
}

export function linkDevice(): void {
  showModal((close) => <LinkDevice close={close} />, 'modal-ask')
}
