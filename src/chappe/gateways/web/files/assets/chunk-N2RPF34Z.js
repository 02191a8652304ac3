import{o as e}from"/assets/chunk-NT2EBSIQ.js";var s=e({is:"write"});function o(t){s.value=t}function a(){s.value={is:"write"}}export{s as a,o as b,a as c};
