/**
 * What `unsafePattern` and `decodeURIComponent` accept in `routing/asked.ts`, expressed on the raw path: a
 * configuration does not decode it. Each pattern is for one escaped character; a test tries all of Unicode.
 */

const digit = "[0-9A-Fa-f]";
const continuation = `%[89ABab]${digit}`;
/** A last byte other than BE and BF, with which all noncharacters outside the Arabic block end. */
const notLastTwo = `%(?:[89Aa]${digit}|[Bb][0-9A-Da-d])`;
/** A penultimate byte other than BF. */
const notBf = `%(?:[89Aa]${digit}|[Bb][0-9A-Ea-e])`;
/** Escaped characters of four bytes up to the middle of the second byte. */
const ofFour = "%[Ff](?:0%[9ABab]|[1-3]%[89ABab]|4%8)";

/** Escaped UTF-8 of more than one byte (RFC 3629, section 4), except controls (U+0080 to U+009F) and noncharacters. */
const beyondAscii = [
  `%[Cc]2%[ABab]${digit}`,
  `%(?:[Cc][3-9A-Fa-f]|[Dd]${digit})${continuation}`,
  `%[Ee]0%[ABab]${digit}${continuation}`,
  `%[Ee][1-9A-CEa-ce]${continuation}${continuation}`,
  `%[Ee][Dd]%[89]${digit}${continuation}`,
  // U+FDD0 to U+FDEF, U+FFFE and U+FFFF are noncharacters.
  `%[Ee][Ff]%(?:[89Aa]${digit}|[Bb][0-689A-Ea-e])${continuation}`,
  `%[Ee][Ff]%[Bb]7%[8Bb]${digit}`,
  `%[Ee][Ff]%[Bb][Ff]${notLastTwo}`,
  // So are the last two of every plane.
  `${ofFour}[0-9A-Ea-e]${continuation}${continuation}`,
  `${ofFour}[Ff]${notBf}${continuation}`,
  `${ofFour}[Ff]%[Bb][Ff]${notLastTwo}`,
].join("|");

/** Escaped ASCII that is passed on escaped: not a control, nor a backslash, nor {@link needlessEscape}. */
const ascii = "%(?:2[0-9A-Ca-c]|3[A-Fa-f]|40|5[BDEbde]|60|7[B-Db-d])";

/** Escapes that are passed on. */
export const keptEscape = `${ascii}|${beyondAscii}`;

/** Needless escapes, and escaped slashes: mirrors may treat them as a different path. */
export const needlessEscape = "%(?:2[D-Fd-f]|3[0-9]|4[1-9A-Fa-f]|5[0-9AFaf]|6[1-9A-Fa-f]|7[0-9AEae])";
