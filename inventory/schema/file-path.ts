/** A path of unreserved characters (RFC 3986, section 2.3) none of whose segments leads elsewhere (section 3.3). */
export const filePath = /^(?!(.*\/)?\.{1,2}(\/|$))[A-Za-z0-9._~-]+(\/[A-Za-z0-9._~-]+)*$/;
/** The same, or an empty text. */
export const filePathOrNone = new RegExp(`^$|${filePath.source}`);

/** File systems and object stores take no longer path segments; and words of configurations are limited (nginx: 4,096). */
export const longestFileName = 255;
