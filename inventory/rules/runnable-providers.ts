import { cloudProvidersOf, type Draft } from "../draft";

/**
 * The fix for a provider at which zones or redirectors cannot be made: the ones of this file at which they can.
 *
 * @param instead what works without any
 */
export function runnableProviderFix(draft: Draft, instead: string): string {
  const keys = cloudProvidersOf(draft)
    .filter(({ provider }) => provider.cloud !== "azure")
    .map(({ key }) => key);
  if (keys.length === 0) return `No provider of this file is at Google or AWS: ${instead}`;
  return `Write ${keys.join(" or ")}, which ${keys.length > 1 ? "are" : "is"} at Google or AWS.`;
}

/** What works where no zone can be made. */
export const withoutZone = "take out published-at, and write the records where your domain is served.";

/** What works where no redirector can be made. */
export const withoutRedirector = "take out runs-at, and run the redirector on a machine of your own.";
