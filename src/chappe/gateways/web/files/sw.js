// The service worker: nothing yet but its shell.
const SHELL = ["/","/assets/chunk-ZUXDSVNB.js","/assets/start-F2DGTZZC.js","/assets/style-42IVER47.css"]
const VERSION = "d67a9e151c93fffa"
void [SHELL, VERSION]
