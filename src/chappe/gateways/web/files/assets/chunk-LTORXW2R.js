import{d as r}from"/assets/chunk-W4IYZBZ2.js";import{a as e}from"/assets/chunk-CWS25RAI.js";function n(t){return e(r(t))}export{n as a};
