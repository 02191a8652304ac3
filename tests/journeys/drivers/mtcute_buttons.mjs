// mtcute as a bot with buttons and results, and as who presses and chooses.
import { loadModule, say } from './wire.mjs'

const { BotKeyboard, BotInline, BotInlineMessage } = await loadModule('@mtcute/node')
const text = bytes => Buffer.from(bytes).toString()

export const buttonActs = client => ({
  async send_buttons ({ to, text, data, url }) {
    const keys = BotKeyboard.inline([[BotKeyboard.callback('Tea', data), BotKeyboard.url('Site', url)]])
    return { id: (await client().sendText(to, text, { replyMarkup: keys })).id }
  },
  async take_buttons ({ to, id, text }) { await client().editMessage({ chatId: to, message: id, text }) },
  async answer_presses ({ text: words }) {
    client().onCallbackQuery.add(async query => {
      say({ event: 'pressed', user: query.user.id, data: text(query.data) })
      await client().answerCallbackQuery(query, { text: words, alert: true })
    })
  },
  async answer_inline ({ text: words }) {
    client().onInlineQuery.add(async query => {
      say({ event: 'asked', user: query.user.id, text: query.query })
      const keys = BotKeyboard.inline([[BotKeyboard.callback('More', 'more')]])
      const message = BotInlineMessage.text(words, { replyMarkup: keys })
      await client().answerInlineQuery(query, [BotInline.article('1', { title: 'Tea', message })], { cacheTime: 0 })
    })
  },
  async buttons ({ to, id }) {
    const [message] = await client().getMessages(to, id)
    const rows = message.markup?.buttons ?? []
    return rows.map(row => row.map(b => [b.text, b.data ? text(b.data) : b.url ?? '']))
  },
  async press ({ to, id, data }) {
    const answer = await client().getCallbackAnswer({ chatId: to, message: id, data: Buffer.from(data) })
    return { text: answer.message, alert: answer.alert ?? false }
  },
})
