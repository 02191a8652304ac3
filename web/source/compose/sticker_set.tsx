/** A set of stickers, shown when one of it is pressed: what is in it, and whether it is in one's panel. */

import { useEffect, useState } from 'preact/hooks'

import { call } from '../api.ts'
import type { Doc } from '../model/types.ts'
import { file } from '../translate/media.ts'
import { Button, Spinner } from '../ui/kit.tsx'
import { showModal } from '../ui/overlays.tsx'
import { attempt } from '../ui/refusals.ts'
import { t } from '../words.ts'
import { Face } from './stickers_panel.tsx'

interface Found {
  title: string
  installed: boolean
  documents: Doc[]
}

function SetView({ of, close }: { of: { id: string; hash: string }; close: () => void }) {
  const [found, setFound] = useState<Found | null>(null)
  const stickerset = { _: 'inputStickerSetID' as const, id: BigInt(of.id), accessHash: BigInt(of.hash) }
  useEffect(() => {
    void attempt(async () => {
      const answer = await call({ _: 'messages.getStickerSet', stickerset, hash: 0 })
      if (answer._ !== 'messages.stickerSet') return
      const { title, installedDate, archived } = answer.set
      const documents = answer.documents.map(file).filter((one) => one !== null)
      setFound({ title, installed: installedDate !== undefined && archived !== true, documents })
    })
  }, [of.id])
  if (found === null) return <Spinner label={t('ui.loading')} />
  const change = (): void =>
    void attempt(async () => {
      if (found.installed) await call({ _: 'messages.uninstallStickerSet', stickerset })
      else await call({ _: 'messages.installStickerSet', stickerset, archived: false })
      close()
    })
  return (
    <div class="ask">
      <h2>{found.title}</h2>
      <div class="sticker-grid" style={{ maxHeight: '50vh', overflowY: 'auto' }}>
        {found.documents.map((one) => (
          <span key={one.id} class="sticker-cell" role="img" aria-label={t('chats.sticker', { emoji: one.emoji ?? '' })}>
            <Face document={one} moves={false} />
          </span>
        ))}
      </div>
      <div class="modal-actions">
        <Button kind="plain" onPress={close}>
          {t('ui.close')}
        </Button>
        <Button onPress={change}>{t(found.installed ? 'compose.stickers.remove' : 'compose.stickers.add')}</Button>
      </div>
    </div>
  )
}

/** Show a set. */
export function showStickerSet(of: { id: string; hash: string }): void {
  showModal((close) => <SetView of={of} close={close} />, '', t('compose.stickers'))
}
