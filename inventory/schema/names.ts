import { z } from "zod";
import { findHostNameProblem } from "../find-host-name-problem";
import { findNameProblem } from "../find-name-problem";
import { checkedText } from "./checked-text";

/** A short lower-case name: a key of the inventory that becomes part of resource names and of Terraform addresses. */
const key = /^[a-z][a-z0-9-]*[a-z0-9]$/;

/** A DNS name of two labels or more (RFC 1123, section 2.1), lower case, without a final dot. */
const dnsName = /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])$/;

/** The form of names, as text. */
export const nameWords = "2 or more lower-case letters, digits and hyphens; begins with a letter";

/** A short lower-case name. @param most characters */
export function name(most?: number) {
  return checkedText((text) => findNameProblem(text, most), key, most);
}

/** A DNS name. @param most characters */
export function hostName(most?: number) {
  return checkedText((text) => findHostNameProblem(text, most), dnsName, most).meta({ title: "lower-case DNS name" });
}

/** The key of a provider. */
export const providerKey = name(20).meta({ title: "provider", examples: ["somecdn"] });

/** `provider/mirror`: one mirror. */
export const mirrorName = z
  .string()
  .regex(/^[a-z][a-z0-9-]*\/[a-z][a-z0-9-]*$/, "a mirror such as provider/mirror")
  .meta({ title: "a mirror as `provider/mirror`" });

/** `rules/` checks region names and suggests the nearest; the pattern is for editors. */
export const regionName = z.string().meta({ title: "region", pattern: "^[a-z][a-z0-9-]*$" });
