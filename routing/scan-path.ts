/** The result of a single pass over a path's characters. */
export interface ScannedPath {
  /** Whether it begins with a slash and is visible ASCII (RFC 3986, section 2): everything else must be encoded. */
  readonly isVisible: boolean;
  /**
   * Whether it is visible and plain: no escapes and no backslashes, no repeated slashes, and no segment
   * that begins with a dot.
   */
  readonly isPlain: boolean;
  /** The position of the last slash; -1 if the path does not begin with one. */
  readonly lastSlash: number;
  /** The position of the slash before it; -1 if there is none. */
  readonly slashBefore: number;
  /** The position of the last colon after the last slash; -1 if there is none. */
  readonly colon: number;
  /** Whether only digits and the letters from a to f follow the last slash or colon. */
  readonly endsInHex: boolean;
}

/** The properties of a character, as bits. A text has the properties that all its characters have. */
const visible = 1;
/** Visible, and the same however often it is decoded. */
const literal = 2;
const hex = 4;
/** A slash, dot or colon: its position matters. */
const mark = 8;
const allBits = visible | literal | hex | mark;

function bitsOf(character: string): number {
  const isVisible = /[!-~]/.test(character);
  const isLiteral = isVisible && !/[%\\]/.test(character);
  const isHex = /[0-9a-f]/.test(character);
  const isMark = /[/.:]/.test(character);
  return (isVisible ? visible : 0) | (isLiteral ? literal : 0) | (isHex ? hex : 0) | (isMark ? mark : 0);
}

/** By character code. A table, because branch prediction fails on the random digits of a digest. */
const bits = Uint8Array.from({ length: 128 }, (_, code) => bitsOf(String.fromCharCode(code)));

const slash = 0x2f;
const dot = 0x2e;
const colonSign = 0x3a;

const notScanned: ScannedPath = {
  isVisible: false,
  isPlain: false,
  lastSlash: -1,
  slashBefore: -1,
  colon: -1,
  endsInHex: false,
};

/** Scans a path, as it was written or decoded: any text. */
export function scanPath(path: string): ScannedPath {
  if (!path.startsWith("/")) return notScanned;
  let lastSlash = 0;
  let slashBefore = -1;
  let colon = -1;
  let ofPath = allBits;
  let ofEnd = allBits;
  let isTidy = true;
  for (let at = 1; at < path.length; at++) {
    const code = path.charCodeAt(at);
    const found = code < 128 ? (bits[code] as number) : 0;
    ofPath &= found;
    ofEnd &= found;
    if ((found & mark) === 0) continue;
    if (code !== dot) ofEnd = allBits;
    if (code !== colonSign && lastSlash === at - 1) isTidy = false;
    if (code === slash) {
      slashBefore = lastSlash;
      lastSlash = at;
      colon = -1;
    } else if (code === colonSign) colon = at;
  }
  const isVisible = (ofPath & visible) !== 0;
  const isPlain = isTidy && (ofPath & literal) !== 0;
  return { isVisible, isPlain, lastSlash, slashBefore, colon, endsInHex: (ofEnd & hex) !== 0 };
}
