import{d as o}from"/assets/chunk-K46ZNID3.js";import{s as t}from"/assets/chunk-37XR77A6.js";import{n as r}from"/assets/chunk-SDCQMIZY.js";var m=r(o);t(()=>{m.value=o});export{m as a};
