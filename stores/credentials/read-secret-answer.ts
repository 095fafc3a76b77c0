import { z } from "zod";
import { StoreError } from "../store-error";

/** A token as a header can carry it: visible ASCII (RFC 6750, section 2.1, and JWTs). */
export const secretText = z.string().regex(/^[!-~]{1,65536}$/);

/** Seconds: a number, or digits as Azure's metadata server sends them. */
export const seconds = z.union([z.number(), z.string().regex(/^\d{1,12}$/)]).transform(Number);

/** The longest time that an answer is relied on, in milliseconds: no provider issues access tokens for longer. */
const longestLife = 12 * 3_600_000;

/** The end of a secret's life: milliseconds since 1970, at most 12 hours from now. */
export function expiryIn(secondsLeft: number): number {
  return Date.now() + Math.min(Math.max(secondsLeft, 0) * 1000, longestLife);
}

/** The end of a secret's life, from a time in ISO 8601: milliseconds since 1970, at most 12 hours from now. */
export function expiryAt(time: string): number {
  return Math.min(Date.parse(time), Date.now() + longestLife);
}

/** A time in ISO 8601. */
export const isoTime = z.string().refine((text) => /^\d{4}-\d\d-\d\dT/.test(text) && !Number.isNaN(Date.parse(text)));

/** The answer of OAuth 2's token endpoints (RFC 6749, section 5.1). */
export const tokenAnswer = z.object({ access_token: secretText, expires_in: seconds });

/**
 * Reads an answer in JSON.
 *
 * @param name the endpoint, for the message
 * @throws StoreError without anything of the answer, if it has another form
 */
export function readSecretAnswer<T>(text: string, schema: z.ZodType<T>, name: string): T {
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    throw new StoreError(`${name} answered without usable credentials: try again later`, "denied");
  }
}
