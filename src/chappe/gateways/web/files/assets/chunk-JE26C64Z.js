import{d as o}from"/assets/chunk-NBE7AMVW.js";import{s as t}from"/assets/chunk-Y3RFP556.js";import{n as r}from"/assets/chunk-HY6RMODW.js";var m=r(o);t(()=>{m.value=o});export{m as a};
