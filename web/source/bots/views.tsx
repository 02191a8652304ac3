/** All that is drawn of bots, in one file that is loaded when the first is met. */

export { CommandsButton, commandsIn, writtenAs } from './commands.tsx'
export { KeyboardView } from './keyboard.tsx'
export { hintFor } from './keys.ts'
export { KeysButton, KeysView } from './keys_view.tsx'
export { StartBar, startBot, waitsForStart, wantStart } from './starting.tsx'
