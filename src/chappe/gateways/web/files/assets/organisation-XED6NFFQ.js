import{a,b}from"/assets/chunk-7WBPQ6KJ.js";export{b as cameBack,a as offerConnecting};
