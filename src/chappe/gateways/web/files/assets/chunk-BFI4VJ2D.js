import{o as e}from"/assets/chunk-EILD7ABI.js";var s=e({is:"write"});function o(t){s.value=t}function a(){s.value={is:"write"}}export{s as a,o as b,a as c};
