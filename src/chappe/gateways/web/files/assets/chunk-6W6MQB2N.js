import{d as r}from"/assets/chunk-YMXWPJTH.js";import{a as e}from"/assets/chunk-T5UZW5IR.js";function n(t){return e(r(t))}export{n as a};
