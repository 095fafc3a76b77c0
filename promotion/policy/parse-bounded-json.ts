/** Levels of lists and objects: SBOMs and reports have about ten. */
const mostLevels = 64;

/** Whether brackets outside strings are nested within the limit. Text that is not JSON may pass. */
function isShallow(text: string): boolean {
  let level = 0;
  let isString = false;
  for (let index = 0; index < text.length; index++) {
    const character = text.charCodeAt(index);
    if (isString) {
      if (character === 0x5c) index++;
      else if (character === 0x22) isString = false;
    } else if (character === 0x22) isString = true;
    else if (character === 0x5b || character === 0x7b) {
      if (++level > mostLevels) return false;
    } else if (character === 0x5d || character === 0x7d) level--;
  }
  return true;
}

/** Parses JSON from an untrusted source, whose size is bounded by the caller. @returns undefined if it is not JSON, or nested too deeply */
export function parseBoundedJson(bytes: Buffer): unknown {
  const text = bytes.toString("utf8");
  if (!isShallow(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
