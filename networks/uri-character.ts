/**
 * A character of a URI (RFC 3986, section 2), as a part of regular expressions. Any other character would break a
 * `Location` or `Link` header, or make the runtime refuse it.
 */
export const uriCharacter = "[A-Za-z0-9\\-._~:/?#[\\]@!$&'()*+,;=%]";
