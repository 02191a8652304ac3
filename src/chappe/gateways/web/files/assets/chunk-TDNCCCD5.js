import{d as o}from"/assets/chunk-NG7FVFGL.js";import{s as t}from"/assets/chunk-BXH6NGD4.js";import{o as r}from"/assets/chunk-NT2EBSIQ.js";var m=r(o);t(()=>{m.value=o});export{m as a};
