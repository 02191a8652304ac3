import{d as r}from"/assets/chunk-3O344EFR.js";import{a as e}from"/assets/chunk-AM7WMRPH.js";function n(t){return e(r(t))}export{n as a};
