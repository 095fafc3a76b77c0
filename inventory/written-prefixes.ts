import { itemsOf } from "../document/draft";
import type { Finding } from "../document/rule";
import { type Draft, providersOf } from "./draft";
import { findPrefixProblem } from "./find-prefix-problem";

/** The valid prefixes in providers' `networks`, with their places; another rule reports invalid ones. */
export function* writtenPrefixesOf(draft: Draft): Generator<{ readonly path: Finding["path"]; readonly text: string }> {
  for (const { provider, path } of providersOf(draft)) {
    for (const [index, network] of itemsOf(provider.networks)) {
      for (const [item, text] of "prefixes" in network ? itemsOf(network.prefixes) : []) {
        if (findPrefixProblem(text) === undefined) yield { path: [...path, "networks", index, "prefixes", item], text };
      }
    }
  }
}
