/**
 * Measures the prefix table on the shipped ranges (AWS, Google and Azure), compared with a plain scan and an npm
 * library: `npx tsx bench/prefix-table.ts [--json]`. Only compare figures from the same run.
 */
import ipaddr from "ipaddr.js";
import { parseAddress } from "../networks/parsed-address";
import { compilePrefixTable, PrefixTable, type PrefixValue } from "../networks/prefix-table";
import { plainScan } from "../test/networks/plain-scan";
import { cloudEntries, sampleAddresses } from "./cloud-addresses";
import { median } from "./median";

/**
 * How many different addresses are looked up: so many that their paths through the table do not fit into the CPU
 * caches.
 */
const addressCount = 8192;

/** How long one measurement runs, and how many are taken of each structure, alternately. */
const roundMilliseconds = 150;
const rounds = 7;

/** The answer of a lookup as a number, so that no lookup can be optimized away. */
type Lookup = (address: string) => number;

interface Structure {
  readonly name: string;
  readonly lookup: Lookup;
}

interface Figures {
  readonly name: string;
  readonly ipv4Nanoseconds: number;
  readonly ipv6Nanoseconds: number;
}

interface Report {
  readonly node: string;
  readonly prefixes: number;
  readonly bytes: number;
  readonly milliseconds: Readonly<Record<"readFirst" | "compileFirst" | "read" | "compile" | "load", number>>;
  readonly structures: readonly Figures[];
}

/** Every cloud's region is a value, as in the routing table. */
function readLayer(): PrefixValue[] {
  const values = new Map<string, number>();
  return cloudEntries().map(({ prefix, place }) => {
    const value = values.get(place) ?? values.size;
    values.set(place, value);
    return { prefix, value };
  });
}

/**
 * A linear search, as the library requires, but with the longest prefixes first, so that the first match is the answer.
 */
function ipaddrLookup(layer: readonly PrefixValue[]): Lookup {
  const parsed = layer.map(({ prefix, value }) => ({ cidr: ipaddr.parseCIDR(prefix), value }));
  parsed.sort((left, right) => right.cidr[1] - left.cidr[1]);
  const byKind = {
    ipv4: parsed.filter(({ cidr }) => cidr[0].kind() === "ipv4"),
    ipv6: parsed.filter(({ cidr }) => cidr[0].kind() === "ipv6"),
  };
  return (text) => {
    const address = ipaddr.process(text);
    return byKind[address.kind()].find(({ cidr }) => address.match(cidr))?.value ?? -1;
  };
}

function nanosecondsPerLookup(lookup: Lookup, addresses: readonly string[]): number {
  const start = performance.now();
  let elapsed = 0;
  let count = 0;
  let answers = 0;
  while (elapsed < roundMilliseconds) {
    // In batches, so that reading the clock does not dominate, and slow structures still end in time.
    for (let step = 0; step < 64; step++) answers += lookup(addresses[count++ % addresses.length] ?? "");
    elapsed = performance.now() - start;
  }
  if (Number.isNaN(answers)) throw new Error("a look-up did not return a number");
  return (elapsed * 1e6) / count;
}

function measure(structures: readonly Structure[], layer: readonly PrefixValue[]): Figures[] {
  const prefixes = layer.map(({ prefix }) => prefix);
  const ipv4 = sampleAddresses(prefixes, 32, addressCount);
  const ipv6 = sampleAddresses(prefixes, 128, addressCount);
  const taken = structures.map(() => ({ ipv4: [] as number[], ipv6: [] as number[] }));
  for (let round = 0; round < rounds; round++) {
    structures.forEach(({ lookup }, index) => {
      taken[index]?.ipv4.push(nanosecondsPerLookup(lookup, ipv4));
      taken[index]?.ipv6.push(nanosecondsPerLookup(lookup, ipv6));
    });
  }
  return structures.map(({ name }, index) => ({
    name,
    ipv4Nanoseconds: median(taken[index]?.ipv4 ?? []),
    ipv6Nanoseconds: median(taken[index]?.ipv6 ?? []),
  }));
}

/** Figures for different answers would be meaningless. */
function requireAgreement(structures: readonly Structure[], layer: readonly PrefixValue[]): void {
  const prefixes = layer.map(({ prefix }) => prefix);
  for (const address of [
    ...sampleAddresses(prefixes, 32, addressCount).slice(0, 200),
    ...sampleAddresses(prefixes, 128, addressCount).slice(0, 200),
  ]) {
    const answers = new Set(structures.map(({ lookup }) => lookup(address)));
    if (answers.size !== 1) throw new Error(`${address}: the structures do not agree`);
  }
}

function milliseconds(work: () => void): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

function run(): Report {
  let layer: PrefixValue[] = [];
  const readFirst = milliseconds(() => {
    layer = readLayer();
  });
  let compiled = compilePrefixTable([]);
  const compileFirst = milliseconds(() => {
    compiled = compilePrefixTable([layer]);
  });
  const table = new PrefixTable(compiled.bytes);
  const scan = plainScan([layer]);
  const structures = [
    {
      name: "prefix table",
      lookup: (text: string) => compiled.combinations[table.lookup(parseAddress(text))]?.[0] ?? -1,
    },
    { name: "plain scan", lookup: (text: string) => scan(text)?.[0] ?? -1 },
    { name: "ipaddr.js", lookup: ipaddrLookup(layer) },
  ];
  requireAgreement(structures, layer);
  const repeated = (work: () => void): number => median(Array.from({ length: rounds }, () => milliseconds(work)));
  return {
    node: process.version,
    prefixes: layer.length,
    bytes: compiled.bytes.length,
    milliseconds: {
      readFirst,
      compileFirst,
      read: repeated(() => readLayer()),
      compile: repeated(() => compilePrefixTable([layer])),
      load: repeated(() => new PrefixTable(compiled.bytes)),
    },
    structures: measure(structures, layer),
  };
}

function print({ node, prefixes, bytes, milliseconds: times, structures }: Report): void {
  const [ours] = structures;
  const figure = (nanoseconds: number, reference = nanoseconds): string =>
    `${nanoseconds.toFixed(0).padStart(12)} ${`${(nanoseconds / reference).toFixed(0)}×`.padStart(8)}`;
  console.log(`${"ns per address".padEnd(16)}${"IPv4".padStart(12)}${"IPv6".padStart(21)}`);
  for (const { name, ipv4Nanoseconds, ipv6Nanoseconds } of structures) {
    const columns = [figure(ipv4Nanoseconds, ours?.ipv4Nanoseconds), figure(ipv6Nanoseconds, ours?.ipv6Nanoseconds)];
    console.log(`${name.padEnd(16)}${columns.join("")}`);
  }
  console.log(`
${prefixes.toLocaleString("en-GB")} prefixes in ${bytes.toLocaleString("en-GB")} bytes, Node ${node}
read snapshots  ${times.readFirst.toFixed(1)} ms at first, then ${times.read.toFixed(1)} ms
compile         ${times.compileFirst.toFixed(1)} ms at first, then ${times.compile.toFixed(1)} ms
load            ${times.load.toFixed(3)} ms`);
}

const report = run();
if (process.argv.includes("--json")) console.log(JSON.stringify(report, undefined, 2));
else print(report);
