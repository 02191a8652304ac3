/** Bounds of what groups are called and say of themselves; the server's own bounds are in docs/limits.md. */

export const TITLE_MAX = 128 // characters of a name
export const ABOUT_MAX = 255 // characters of a description
export const RANK_MAX = 16 // characters of an administrator's title
export const LINK_TITLE_MAX = 32 // characters of an invite link's name
export const TOPIC_MAX = 128 // characters of a topic's name
export const COMMENT_MAX = 512 // characters of what one adds to a report
export const USES_MAX = 99_999 // people one link lets in
