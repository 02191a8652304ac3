import{a,b}from"/assets/chunk-IJHPLDZO.js";import"/assets/chunk-GJ7SA3OM.js";import"/assets/chunk-3T5LENCA.js";export{b as openPeerReport,a as openReport};
