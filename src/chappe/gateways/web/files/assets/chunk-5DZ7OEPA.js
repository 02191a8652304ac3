import{d as o}from"/assets/chunk-6KPI4LCS.js";import{q as t}from"/assets/chunk-WUPB6R6A.js";import{m as r}from"/assets/chunk-JY4RDQWJ.js";var m=r(o);t(()=>{m.value=o});export{m as a};
