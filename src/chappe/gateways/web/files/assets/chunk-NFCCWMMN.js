import{d as r}from"/assets/chunk-NU3QVN7I.js";import{a as e}from"/assets/chunk-DCWUGC4J.js";function n(t){return e(r(t))}export{n as a};
