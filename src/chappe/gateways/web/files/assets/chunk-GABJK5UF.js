import{d as o}from"/assets/chunk-HDBMXTYG.js";import{s as t}from"/assets/chunk-QBJZVK37.js";import{n as r}from"/assets/chunk-Z4SMOJHH.js";var m=r(o);t(()=>{m.value=o});export{m as a};
