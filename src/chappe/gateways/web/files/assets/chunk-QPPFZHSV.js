import{d as r}from"/assets/chunk-QWMFUR3X.js";import{a as e}from"/assets/chunk-GOJTRZ73.js";function n(t){return e(r(t))}export{n as a};
