import { type Cidr, covers, networkOf, parseCidr } from "./cidr";
import type { PrefixTable } from "./prefix-table";

/** A prefix that overlaps no other of its list, and its label. */
export interface LabelledPrefix<Label> {
  readonly cidr: Cidr;
  readonly label: Label;
}

/** The bit in which the two halves of a block differ, with the group it is in; `length` is a half's, above 0. */
function lastBit(length: number): { readonly group: number; readonly bit: number } {
  return { group: (length - 1) >>> 4, bit: 1 << (15 - ((length - 1) & 15)) };
}

/** Whether two blocks are the two halves of one that is twice as large, in this order. */
function areHalves(left: Cidr, right: Cidr): boolean {
  if (left.length !== right.length || left.length === 0 || left.groups.length !== right.groups.length) return false;
  const { group, bit } = lastBit(left.length);
  if (((left.groups[group] ?? 0) & bit) !== 0) return false;
  return left.groups.every((value, index) => (index === group ? value | bit : value) === right.groups[index]);
}

function halves({ groups, length }: Cidr): readonly [Cidr, Cidr] {
  const { group, bit } = lastBit(length + 1);
  const upper = groups.map((value, index) => (index === group ? value | bit : value));
  return [
    { groups, length: length + 1 },
    { groups: upper, length: length + 1 },
  ];
}

/**
 * A prefix table as a list of prefixes that do not overlap, the fewest that say the same: for programs that do not support
 * longest prefix, or whose lists should be short. In the order of addresses, IPv4 first.
 *
 * @param labelOf what an answer of the table is called; undefined leaves its addresses out. Labels are compared by `===`
 */
export function disjointPrefixes<Label>(
  table: PrefixTable,
  labelOf: (answer: number) => Label | undefined,
): LabelledPrefix<Label>[] {
  const prefixes: LabelledPrefix<Label>[] = [];
  for (const { cidr, answer } of table.answers()) {
    const label = labelOf(answer);
    if (label === undefined) continue;
    let joined = cidr;
    for (let last = prefixes.at(-1); last?.label === label && areHalves(last.cidr, joined); last = prefixes.at(-1)) {
      joined = networkOf(last.cidr, joined.length - 1);
      prefixes.pop();
    }
    prefixes.push({ cidr: joined, label });
  }
  return prefixes;
}

/** How IPv6 addresses carry IPv4 ones: as `carriedIPv4` in `address.ts` reads them. */
const carriers = {
  mapped: { area: { groups: [0, 0, 0, 0, 0, 0xffff, 0, 0], length: 96 }, at: 6 },
  "6to4": { area: parseCidr("2002::/16"), at: 1 },
  nat64: { area: parseCidr("64:ff9b::/96"), at: 6 },
} satisfies Record<string, { area: Cidr; at: number }>;

/** A way for an IPv6 address to carry an IPv4 one. */
export type CarriedForm = keyof typeof carriers;

/** The parts of a prefix that are outside of another. */
function outside(cidr: Cidr, hole: Cidr): Cidr[] {
  if (covers(hole, cidr)) return [];
  if (!covers(cidr, hole)) return [cidr];
  return halves(cidr).flatMap((half) => outside(half, hole));
}

function carried({ groups, length }: Cidr, form: CarriedForm): Cidr {
  const { area, at } = carriers[form];
  return { groups: [...area.groups.slice(0, at), ...groups, ...area.groups.slice(at + 2)], length: at * 16 + length };
}

/**
 * The same list for programs that do not decode IPv4 addresses embedded in IPv6: the IPv4 prefixes come again in each
 * of these forms, and no other prefix reaches into where IPv6 addresses carry IPv4 ones.
 *
 * @param forms those that the program does not know by itself
 */
export function withCarried<Label>(
  prefixes: readonly LabelledPrefix<Label>[],
  forms: readonly CarriedForm[],
): LabelledPrefix<Label>[] {
  const areas = Object.values(carriers).map(({ area }) => area);
  const own = prefixes.flatMap(({ cidr, label }) => {
    if (cidr.groups.length === 2) return [{ cidr, label }];
    const rest = areas.reduce((parts, area) => parts.flatMap((part) => outside(part, area)), [cidr]);
    return rest.map((part) => ({ cidr: part, label }));
  });
  const ipv4 = own.filter(({ cidr }) => cidr.groups.length === 2);
  return [...own, ...forms.flatMap((form) => ipv4.map(({ cidr, label }) => ({ cidr: carried(cidr, form), label })))];
}
