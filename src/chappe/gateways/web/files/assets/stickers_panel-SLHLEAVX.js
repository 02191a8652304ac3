import{a,b,c}from"/assets/chunk-NQD2YHVS.js";import"/assets/chunk-O5XT5C25.js";export{a as Face,c as GifsPanel,b as StickersPanel};
