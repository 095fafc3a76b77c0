import { type Cidr, parseCidr } from "./cidr";

/** An area of IPv6 in which addresses contain an IPv4 address. */
export interface EmbeddingArea {
  readonly area: Cidr;
  /** The first of the two groups that contain the IPv4 address. */
  readonly group: number;
}

/** The areas whose addresses `carriedIPv4` in `address.ts` reads as IPv4, by their form. */
export const embeddingAreas = {
  mapped: { area: { groups: [0, 0, 0, 0, 0, 0xffff, 0, 0], length: 96 }, group: 6 },
  "6to4": { area: parseCidr("2002::/16"), group: 1 },
  nat64: { area: parseCidr("64:ff9b::/96"), group: 6 },
} as const satisfies Record<string, EmbeddingArea>;

/** A form of embedding IPv4 addresses in IPv6. */
export type EmbeddedForm = keyof typeof embeddingAreas;
