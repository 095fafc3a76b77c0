import { z } from "zod";
import { type Cidr, formatCidr, NotACidr, parseCidr, parseHost } from "./cidr";

/** A published prefix with its attributes. */
export interface RangeEntry {
  /** The canonical form, such as `192.0.2.0/24` or `2001:db8::/32`. */
  readonly prefix: string;
  /** The publisher's own name of the region; absent if an address has no region ("GLOBAL"). */
  readonly region?: string;
  /** The number of the autonomous system that announces it. */
  readonly asn?: number;
  /** ISO 3166-1 alpha-2, upper case. */
  readonly country?: string;
}

/** Published ranges, or a snapshot of them, that cannot be used. The message gives the place and the reason. */
export class RangesUnreadable extends Error {
  override readonly name = "RangesUnreadable";
}

/** A region's name as every provider writes them; anything else is damaged or malicious. */
export const regionName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9-]*$/, "not the name of a region");

/**
 * Reads a published prefix, in its canonical form.
 *
 * @param place its location, for the message
 * @throws RangesUnreadable if it is not a prefix
 */
export function readCanonicalPrefix(text: string, place: string): string {
  return formatCidr(requirePrefix(text, place));
}

/** As {@link requirePrefix}, for formats that also have single addresses without a length. */
export function requirePrefixOrHost(text: string, place: string): Cidr {
  return parseHost(text) ?? requirePrefix(text, place);
}

/**
 * Parses JSON of a known shape.
 *
 * @throws RangesUnreadable with the first unexpected field
 */
export function readJson<Shape>(text: string, shape: z.ZodType<Shape>): Shape {
  const result = shape.safeParse(parseJson(text));
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new RangesUnreadable(`${issue?.path.join(".") || "the file"}: ${issue?.message}`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new RangesUnreadable(`it is not JSON, or incomplete: ${error instanceof Error ? error.message : error}`);
  }
}

/**
 * Reads a published prefix.
 *
 * @param place its location, for the message
 * @throws RangesUnreadable if it is not a prefix
 */
export function requirePrefix(text: string, place: string): Cidr {
  try {
    return parseCidr(text);
  } catch (error) {
    if (error instanceof NotACidr) throw new RangesUnreadable(`${place}: ${error.message}`);
    throw error;
  }
}
