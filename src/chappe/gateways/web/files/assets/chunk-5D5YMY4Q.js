import{d as o}from"/assets/chunk-I7IDK4IJ.js";import{s as t}from"/assets/chunk-T5UZW5IR.js";import{o as r}from"/assets/chunk-KFLR7VKL.js";var m=r(o);t(()=>{m.value=o});export{m as a};
