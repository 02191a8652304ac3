import{d as r}from"/assets/chunk-HAC5UWXT.js";import{a as e}from"/assets/chunk-BXH6NGD4.js";function n(t){return e(r(t))}export{n as a};
