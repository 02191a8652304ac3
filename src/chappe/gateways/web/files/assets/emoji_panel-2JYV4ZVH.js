import{a,b}from"/assets/chunk-O5XT5C25.js";export{b as EmojiPanel,a as moveInGrid};
