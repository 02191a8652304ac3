import{d as r}from"/assets/chunk-HF4FKXXP.js";import{a as e}from"/assets/chunk-Y3RFP556.js";function n(t){return e(r(t))}export{n as a};
