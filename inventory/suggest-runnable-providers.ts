import { cloudProvidersOf, type Draft } from "./draft";

/**
 * The fix for a provider at which zones or redirectors cannot be deployed: lists the providers of the file at which they can.
 *
 * @param instead what to do if there are none
 */
export function suggestRunnableProviders(draft: Draft, instead: string): string {
  const keys = cloudProvidersOf(draft)
    .filter(({ provider }) => provider.cloud !== "azure")
    .map(({ key }) => key);
  if (keys.length === 0) return `No provider of this file is at Google or AWS: ${instead}`;
  return `Write ${keys.join(" or ")}, which ${keys.length > 1 ? "are" : "is"} at Google or AWS.`;
}

/** What to do if no provider can publish the zone. */
export const withoutZone = "remove published-at, and create the records at your own DNS provider.";

/** What to do if the redirector can run at no provider. */
export const withoutRedirector = "remove runs-at, and run the redirector on your own machine.";
