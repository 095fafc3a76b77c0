import { addresses, type Synthesized } from "./stacks";

/** An address at which Terraform's states may hold a resource: `<fixture> <stack> <type>.<name>`. */
export type PinnedAddress = string;

/** A resource that a change removes on purpose, with the reason. */
export interface RemovedAddress {
  /** Matches pinned addresses as a whole. */
  readonly pattern: RegExp;
  readonly reason: string;
}

/** The stacks of a fixture, by name. */
export type Stacks = Readonly<Record<string, Pick<Synthesized, "json">>>;

/** The addresses of all resources, sorted. Data sources are left out: Terraform only reads them. */
export function listAddresses(fixture: string, stacks: Stacks): PinnedAddress[] {
  return Object.entries(stacks)
    .flatMap(([stack, { json }]) => {
      const { data, ...resources } = json;
      const held = [...addresses({ json: resources, text: "", elements: 0 }).keys()];
      return held.map((address) => `${fixture} ${stack} ${address}`);
    })
    .sort();
}

/** The moves that the stacks declare in `moved` blocks, which CDKTF writes for `resource.moveFromId("<type>.<old name>")`. */
export function listMoves(fixture: string, stacks: Stacks): Map<PinnedAddress, PinnedAddress> {
  const moves = Object.entries(stacks).flatMap(([stack, { json }]) =>
    ((json.moved ?? []) as readonly { readonly from: string; readonly to: string }[]).map(
      ({ from, to }) => [`${fixture} ${stack} ${from}`, `${fixture} ${stack} ${to}`] as const,
    ),
  );
  return new Map(moves);
}

/**
 * Finds the pinned addresses at which there is no resource any more, although nothing says that it moved to one that exists, or was
 * removed on purpose. Terraform would destroy each, and create it again at its new address.
 */
export function findLostAddresses(
  pinned: readonly PinnedAddress[],
  current: readonly PinnedAddress[],
  moves: ReadonlyMap<PinnedAddress, PinnedAddress>,
  removed: readonly RemovedAddress[],
): PinnedAddress[] {
  const exists = new Set(current);
  const isKept = (address: PinnedAddress) => exists.has(address) || exists.has(moves.get(address) ?? "");
  return pinned.filter((address) => !isKept(address) && !removed.some(({ pattern }) => pattern.test(address)));
}
