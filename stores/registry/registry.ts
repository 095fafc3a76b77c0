import { LRUCache } from "lru-cache";
import type { FindLogin, Login } from "./docker-login";
import type { RegistryMemory } from "./registry-memory";
import { Repository, type RepositoryOptions } from "./repository";

/** A registry, and how it is used. */
export interface RegistryOptions extends Omit<RepositoryOptions, "name" | "mountFrom" | "memory"> {
  /**
   * How much of the manifests that `getManifest` reads by digest is kept for the next time, and how much of the lists of tags, in bytes
   * each. A kept list does not have tags that are pushed later. @default nothing
   */
  readonly kept?: number;
}

/** How long a login is used for new repositories, in milliseconds: the shortest-lived that clouds give is valid for an hour. */
const loginAge = 300_000;

/** What a kept manifest or list takes besides its content, about. */
const overhead = 500;
/** What a kept tag takes besides its letters, about. */
const tagOverhead = 24;

/**
 * One registry, whose repositories share its login, its demands and what it can do: a credential helper runs once for all
 * of them, and none repeats the requests by which another learnt that.
 */
export class Registry {
  readonly host: string;
  readonly #options: RegistryOptions;
  readonly #findLogin: FindLogin;
  readonly #memory: RegistryMemory = {};
  readonly #repositories = new Map<string, Repository>();

  /** @param now milliseconds since 1970. @default the clock */
  constructor(options: RegistryOptions, now: () => number = Date.now) {
    this.host = options.host;
    this.#options = options;
    const { kept = 0 } = options;
    if (kept > 0) {
      this.#memory.tags = new LRUCache({ maxSize: kept, sizeCalculation: sizeOfTags });
      this.#memory.manifests = new LRUCache({ maxSize: kept, sizeCalculation: ({ bytes }) => bytes.length + overhead });
    }
    this.#findLogin = keepLogin(options.findLogin, now);
  }

  /** Opens a repository; the same one for the same name. */
  open(name: string): Repository {
    const known = this.#repositories.get(name);
    if (known) return known;
    const repository = new Repository({ ...this.#options, name, findLogin: this.#findLogin, memory: this.#memory });
    this.#repositories.set(name, repository);
    return repository;
  }

  /** Cancels uploads that were started and are no longer needed. */
  async close(): Promise<void> {
    for (const repository of this.#repositories.values()) await repository.close();
  }
}

function sizeOfTags(tags: readonly string[]): number {
  return tags.reduce((sum, tag) => sum + tag.length + tagOverhead, overhead);
}

function keepLogin(findLogin: FindLogin, now: () => number): FindLogin {
  let kept: { readonly login: Promise<Login | undefined>; readonly until: number } | undefined;
  return (host) => {
    if (kept && now() < kept.until) return kept.login;
    const login = findLogin(host);
    const own = { login, until: now() + loginAge };
    kept = own;
    login.catch(() => {
      if (kept === own) kept = undefined;
    });
    return login;
  };
}
