import{d as r}from"/assets/chunk-PKL6HQZU.js";import{a as e}from"/assets/chunk-GOJTRZ73.js";function n(t){return e(r(t))}export{n as a};
