import{a}from"/assets/chunk-J5UO6VTH.js";export{a as makePoll};
