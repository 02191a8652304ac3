import{m as e}from"/assets/chunk-E5VWOC2U.js";var t=e({is:"write"});function o(s){t.value=s}function a(){t.value={is:"write"}}export{t as a,o as b,a as c};
