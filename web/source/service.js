// The service worker: nothing yet but its shell.
const SHELL = /*SHELL*/[]
const VERSION = /*VERSION*/""
void [SHELL, VERSION]
