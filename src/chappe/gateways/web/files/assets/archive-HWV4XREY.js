import{Na as o,X as t,ea as r,na as e}from"/assets/chunk-QAT7ONUD.js";function a(){return r(e,{title:t("chats.archive"),children:r(o,{folder:1})})}export{a as default};
