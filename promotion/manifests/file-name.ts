/** Characters that mean the same in URLs, object stores and shells, and need no escape in a path (RFC 3986, section 3.3). */
const name = /^(?!(.*\/)?\.+(\/|$))[A-Za-z0-9._~+@=,-]+(\/[A-Za-z0-9._~+@=,-]+)*$/;
/** S3, Cloud Storage and Azure Blob limit keys to 1,024 bytes; a part of that is for the base. */
const longest = 900;

/** Whether a text is a relative path of a file. */
export function isFileName(text: string): boolean {
  return text.length <= longest && name.test(text);
}
