import{d as o}from"/assets/chunk-UGC4BJGF.js";import{s as t}from"/assets/chunk-DCWUGC4J.js";import{o as r}from"/assets/chunk-ZUBHERLR.js";var m=r(o);t(()=>{m.value=o});export{m as a};
