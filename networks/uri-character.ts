/**
 * A character of a URI (RFC 3986, section 2), as a part of regular expressions. What else a `Location` or `Link` header
 * held would break it, or be refused by the runtime.
 */
export const uriCharacter = "[A-Za-z0-9\\-._~:/?#[\\]@!$&'()*+,;=%]";
