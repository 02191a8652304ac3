import{d as o}from"/assets/chunk-JDG7X2W5.js";import{s as t}from"/assets/chunk-CWS25RAI.js";import{n as r}from"/assets/chunk-SDCQMIZY.js";var m=r(o);t(()=>{m.value=o});export{m as a};
