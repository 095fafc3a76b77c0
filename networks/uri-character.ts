/**
 * A character of a URI (RFC 3986, section 2), for regular expressions. Any other character would break a
 * `Location` or `Link` header, or the runtime would reject it.
 */
export const uriCharacter = "[A-Za-z0-9\\-._~:/?#[\\]@!$&'()*+,;=%]";
