import{a,b}from"/assets/chunk-4O3OQXWP.js";export{a as begin,b as prepared};
