import{La as o,V as t,ca as r,la as e}from"/assets/chunk-ZUXDSVNB.js";function a(){return r(e,{title:t("chats.archive"),children:r(o,{folder:1})})}export{a as default};
