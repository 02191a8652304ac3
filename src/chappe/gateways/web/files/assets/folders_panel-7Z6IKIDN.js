import{a,b}from"/assets/chunk-7RWYLZW5.js";export{a as askToDelete,b as default};
