import{a,b}from"/assets/chunk-ZJITMZPI.js";import"/assets/chunk-SVUMRUEY.js";import"/assets/chunk-B6OQH4CM.js";import"/assets/chunk-DHJF3VRO.js";export{b as default,a as linkNote};
