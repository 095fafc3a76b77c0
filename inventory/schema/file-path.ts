/** A path of unreserved characters (RFC 3986, section 2.3) without `.` and `..` segments (section 3.3). */
export const filePath = /^(?!(.*\/)?\.{1,2}(\/|$))[A-Za-z0-9._~-]+(\/[A-Za-z0-9._~-]+)*$/;
/** A file path or an empty string. */
export const filePathOrNone = new RegExp(`^$|${filePath.source}`);

/** File systems and object stores limit path segments; configurations limit words (nginx: 4,096). */
export const longestFileName = 255;
