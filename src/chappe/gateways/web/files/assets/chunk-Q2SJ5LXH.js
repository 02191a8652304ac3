import{d as o}from"/assets/chunk-2CFAUKZ3.js";import{s as t}from"/assets/chunk-AM7WMRPH.js";import{o as r}from"/assets/chunk-EILD7ABI.js";var m=r(o);t(()=>{m.value=o});export{m as a};
