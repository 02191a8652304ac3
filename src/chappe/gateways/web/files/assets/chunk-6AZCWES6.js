import{d as r}from"/assets/chunk-E2V2UNKF.js";import{a as e}from"/assets/chunk-37XR77A6.js";function n(t){return e(r(t))}export{n as a};
