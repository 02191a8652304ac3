var e="/stream/";var t="words",r="switch";export{e as a,t as b,r as c};
