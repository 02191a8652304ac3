import{d as o}from"/assets/chunk-KSJUM745.js";import{q as t}from"/assets/chunk-3FFM7UMP.js";import{m as r}from"/assets/chunk-E5VWOC2U.js";var m=r(o);t(()=>{m.value=o});export{m as a};
