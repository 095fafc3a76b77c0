import { type Cidr, covers, networkOf } from "./cidr";
import { type EmbeddedForm, embeddingAreas } from "./embedded-ipv4";
import type { PrefixTable } from "./prefix-table";

/** A prefix with a label, which does not overlap any other prefix of its list. */
export interface LabelledPrefix<Label> {
  readonly cidr: Cidr;
  readonly label: Label;
}

/** The bit in which the two halves of a block differ, and its group. `length` is the length of a half, above 0. */
function lastBit(length: number): { readonly group: number; readonly bit: number } {
  return { group: (length - 1) >>> 4, bit: 1 << (15 - ((length - 1) & 15)) };
}

/** Whether two blocks are the lower and the upper half of a larger one. */
function areHalves(left: Cidr, right: Cidr): boolean {
  if (left.length !== right.length || left.length === 0 || left.groups.length !== right.groups.length) return false;
  const { group, bit } = lastBit(left.length);
  if (((left.groups[group] ?? 0) & bit) !== 0) return false;
  return left.groups.every((value, index) => (index === group ? value | bit : value) === right.groups[index]);
}

function splitInHalves({ groups, length }: Cidr): readonly [Cidr, Cidr] {
  const { group, bit } = lastBit(length + 1);
  const upper = groups.map((value, index) => (index === group ? value | bit : value));
  return [
    { groups, length: length + 1 },
    { groups: upper, length: length + 1 },
  ];
}

/**
 * Converts a prefix table to the shortest equivalent list of prefixes that do not overlap: for programs that do not support
 * longest-prefix match, or whose lists should be short. Sorted by address, IPv4 first.
 *
 * @param labelOf the label of an answer of the table; undefined omits its addresses. Labels are compared by `===`
 */
export function listDisjointPrefixes<Label>(
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

/** Cuts another prefix out of a prefix. */
function cutOut(cidr: Cidr, hole: Cidr): Cidr[] {
  if (covers(hole, cidr)) return [];
  if (!covers(cidr, hole)) return [cidr];
  return splitInHalves(cidr).flatMap((half) => cutOut(half, hole));
}

function embed({ groups, length }: Cidr, form: EmbeddedForm): Cidr {
  const { area, group } = embeddingAreas[form];
  return {
    groups: [...area.groups.slice(0, group), ...groups, ...area.groups.slice(group + 2)],
    length: group * 16 + length,
  };
}

/**
 * As {@link listDisjointPrefixes}, for programs that do not decode IPv4 addresses embedded in IPv6: the IPv4 prefixes are repeated in
 * each of these forms, and no other prefix overlaps the areas of embedded IPv4 addresses.
 *
 * @param forms the forms that the program does not decode itself
 */
export function addEmbedded<Label>(
  prefixes: readonly LabelledPrefix<Label>[],
  forms: readonly EmbeddedForm[],
): LabelledPrefix<Label>[] {
  const areas = Object.values(embeddingAreas).map(({ area }) => area);
  const own = prefixes.flatMap(({ cidr, label }) => {
    if (cidr.groups.length === 2) return [{ cidr, label }];
    const rest = areas.reduce((parts, area) => parts.flatMap((part) => cutOut(part, area)), [cidr]);
    return rest.map((part) => ({ cidr: part, label }));
  });
  const ipv4 = own.filter(({ cidr }) => cidr.groups.length === 2);
  return [...own, ...forms.flatMap((form) => ipv4.map(({ cidr, label }) => ({ cidr: embed(cidr, form), label })))];
}
