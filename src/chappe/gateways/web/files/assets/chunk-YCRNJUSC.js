import{d as o}from"/assets/chunk-Q47QMGF4.js";import{s as t}from"/assets/chunk-GOJTRZ73.js";import{n as r}from"/assets/chunk-SDCQMIZY.js";var m=r(o);t(()=>{m.value=o});export{m as a};
