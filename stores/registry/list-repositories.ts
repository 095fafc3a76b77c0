import { StoreError } from "../store-error";
import { listPages } from "./list-pages";
import { RegistryConnection, type RepositoryOptions } from "./registry-connection";

/** How a registry is listed. */
export type RegistryOptions = Omit<RepositoryOptions, "name" | "access" | "mountFrom"> & {
  /** The path before the repositories; empty: the whole registry. */
  readonly root: string;
};

/** The length of a page: what ECR gives at most (its API reference, DescribeRepositories, `maxResults`). */
const pageLength = 1_000;
/** A path with more parts has no end. */
const deepest = 10;
/** Statuses that mean that there is no catalog, or not for this login. */
const absent: readonly number[] = [401, 403, 404, 405, 501];
const name = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;

/**
 * Lists the repositories of a registry at a path and below it, as far as the login may see them: by the children that Google's
 * registries list with tags (go-containerregistry, `pkg/v1/google`, `Tags.Children`), elsewhere by the catalog (distribution's API,
 * "Listing Repositories"), which the OCI specification does not have. Where there is neither, the path is a repository.
 *
 * @throws StoreError "unsupported" if the registry has neither, and there is no path
 */
export async function listRepositories(options: RegistryOptions, signal?: AbortSignal): Promise<readonly string[]> {
  const { host, root } = options;
  const children = root === "" ? undefined : await listChildren(options, root, signal);
  if (children !== undefined) return (await listBelow(options, root, children, signal, deepest)).sort();
  const all = await listCatalog(options, signal);
  if (all === undefined && root === "") {
    throw new StoreError(`${host} does not list its repositories, or not to this login`, "unsupported");
  }
  return all?.filter((each) => root === "" || each === root || each.startsWith(`${root}/`)).sort() ?? [root];
}

async function listBelow(
  options: RegistryOptions,
  path: string,
  children: readonly string[],
  signal: AbortSignal | undefined,
  depth: number,
): Promise<string[]> {
  const found = [path];
  if (depth === 0) throw new StoreError(`${options.host} lists repositories below ${path} without an end`);
  for (const child of children) {
    const below = `${path}/${child}`;
    found.push(
      ...(await listBelow(options, below, (await listChildren(options, below, signal)) ?? [], signal, depth - 1)),
    );
  }
  return found;
}

/** @returns undefined if the registry does not list children */
async function listChildren(
  options: RegistryOptions,
  path: string,
  signal?: AbortSignal,
): Promise<string[] | undefined> {
  const connection = new RegistryConnection({ ...options, name: path, access: "pull" });
  const first = connection.url("tags/list");
  const children: string[] = [];
  let isListed = false;
  for await (const { value } of listPages(connection, first, `the request for what is below ${path}`, { signal })) {
    const { child } = (value ?? {}) as { readonly child?: unknown };
    if (!Array.isArray(child)) continue;
    isListed = true;
    children.push(...child.map((each) => readName(each, options.host)));
  }
  return isListed ? children : undefined;
}

/** @returns undefined if the registry has no catalog, or not for this login */
async function listCatalog(options: RegistryOptions, signal?: AbortSignal): Promise<string[] | undefined> {
  const { host, root } = options;
  const connection = new RegistryConnection({ ...options, name: root === "" ? "catalog" : root, access: "pull" });
  connection.requireScope("registry:catalog:*");
  const first = connection.url(`/v2/_catalog?n=${pageLength}`);
  const names: string[] = [];
  let isListed = false;
  try {
    for await (const { value } of listPages(connection, first, "the request for the repositories", {
      signal,
      absent,
    })) {
      const { repositories } = (value ?? {}) as { readonly repositories?: unknown };
      isListed = true;
      if (Array.isArray(repositories)) names.push(...repositories.map((each) => readName(each, host)));
    }
  } catch (error) {
    // A token server may refuse the scope of the catalog.
    if (!(error instanceof StoreError) || error.fault !== "denied") throw error;
  }
  return isListed ? names : undefined;
}

function readName(value: unknown, host: string): string {
  if (typeof value === "string" && value.length <= 255 && name.test(value)) return value;
  throw new StoreError(`${host} lists "${`${value}`.slice(0, 200)}", which is not a repository`);
}
