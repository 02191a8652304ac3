// mtcute's part in stickers: sets are made, installed and sent from.
import { readFileSync } from 'node:fs'

/** What a device is asked to do with stickers. */
export const stickerActs = client => ({
  async make_set ({ title, name, paths, emoji }) {
    const stickers = []
    for (const [place, path] of paths.entries()) {
      const fileMime = path.endsWith('tgs') ? 'application/x-tgsticker' : 'image/png'
      const file = await client().uploadFile({ file: readFileSync(path), fileName: `sticker${place}`, fileMime })
      stickers.push({ file, emojis: emoji[place] })
    }
    return (await client().createStickerSet({ owner: 'me', title, shortName: name, type: 'sticker', stickers })).count
  },
  async sticker_set ({ name }) {
    const found = await client().getStickerSet(name)
    return { title: found.title, emoji: found.stickers.map(one => one.alt) }
  },
  async install_set ({ name }) {
    const stickerset = { _: 'inputStickerSetShortName', shortName: name }
    await client().call({ _: 'messages.installStickerSet', stickerset, archived: false })
    return true
  },
  async panel () { return (await client().getInstalledStickers()).map(one => one.shortName) },
  async send_sticker ({ to, name, place }) {
    const found = await client().getStickerSet(name)
    return { id: (await client().sendMedia(to, found.stickers[place].sticker.inputMedia)).id }
  },
})
