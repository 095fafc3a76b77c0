import type { LRUCache } from "lru-cache";
import type { ChallengeMemory } from "./authorization";
import type { Content } from "./content";

/** What is learnt about a registry, so that each of its repositories need not learn it again. */
export interface RegistryMemory extends ChallengeMemory {
  /** Whether it lists digests; and the first question, for which others wait. @default not known */
  listsDigests?: boolean;
  digestQuestion?: Promise<unknown>;
  /** Whether it has the API for referrers. @default not known */
  hasReferrers?: boolean;
  /** Whether it takes a blob with the POST that would start an upload. @default not known: it is tried */
  postsBlobs?: boolean;
  /** Manifests that were read, by `REPOSITORY DIGEST`: they never change. @default none are kept */
  manifests?: LRUCache<string, Content>;
  /** The tags of repositories, as they were listed first. @default none are kept */
  tags?: LRUCache<string, readonly string[]>;
}
