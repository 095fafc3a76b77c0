import { envoyConfiguration } from "../../exports/envoy/envoy-configuration";
import type { ExportOptions } from "../../exports/export-options";
import { nginxConfiguration } from "../../exports/nginx/nginx-configuration";
import { NotExportable } from "../../exports/not-exportable";
import { outcomesOf } from "../../exports/outcomes";
import { formatCidr } from "../../networks/cidr";
import { parseAddress } from "../../networks/parsed-address";
import { decide } from "../../routing/decide";
import type { RoutingTable } from "../../routing/routing-table";
import { fixture, inventoryOf, richFacts, richInventory, tableOf } from "../routing/tables";

const day = "2026-11-21";
const text = fixture("conformance");
/** Without the published ranges, which are slow. */
const light = text.replaceAll(/\[\{ feed: \w+ \}\]/g, "[]");
const table = tableOf(inventoryOf(light));

/** A table of the fixture, changed. */
function changed(...changes: [from: string, to: string][]): RoutingTable {
  return tableOf(
    inventoryOf(
      changes.reduce((before, [from, to]) => {
        if (!before.includes(from)) throw new Error(`the fixture has no ${from}`);
        return before.replace(from, () => to);
      }, light),
    ),
  );
}

function options(of: RoutingTable, more: Partial<ExportOptions> = {}): ExportOptions {
  return {
    table: of,
    today: day,
    clientAddress: { from: "socket" },
    listen: { host: "127.0.0.1", port: 8080 },
    ...more,
  };
}

/** The reported reason why there is no configuration. */
function refusal(make: (options: ExportOptions) => unknown, of: ExportOptions): string {
  try {
    make(of);
  } catch (error) {
    if (error instanceof NotExportable) return error.message;
    throw error;
  }
  return "none";
}

const secondPublic: [string, string] = [
  "      everywhere:\n",
  "      elsewhere: { blobs: 'https://b.example.net/{digest}', files: 'https://b.example.net/{path}', weight: 1 }\n      everywhere:\n",
];

test.each([
  ["the fixture", tableOf(inventoryOf(text))],
  ["the rich inventory", tableOf(richInventory(), richFacts())],
])("%s: every prefix leads where decide does, if no other mirror has the object", (_, of) => {
  const { all, prefixes } = outcomesOf(of, day);
  const conditions = {
    today: day,
    presence: (mirror: { complete: boolean; id: string }) =>
      mirror.complete || mirror.id === of.content.origin ? ("held" as const) : ("absent" as const),
  };
  const host = { blob: "registry.example.org", file: "dl.example.org" };
  const target = { blob: `/v2/pause/blobs/sha256:${"a".repeat(64)}`, file: "/bin/tool" };
  for (const { cidr, label } of [...prefixes.filter((__, index) => index % 37 === 0), { cidr: undefined, label: 0 }]) {
    const address = cidr === undefined ? "192.0.2.1" : formatCidr(cidr).replace(/\/.*/, "");
    for (const kind of ["blob", "file"] as const) {
      const request = { method: "GET", target: target[kind], host: host[kind], address: parseAddress(address) };
      const { mirror } = decide(of, request, conditions);
      expect([address, kind, all[label]?.[kind]?.id]).toEqual([address, kind, mirror]);
    }
  }
});

describe("mirrors that may lack objects", () => {
  const asked = changed(["  cdn:\n    cloud: external\n    presence: complete\n", "  cdn:\n    cloud: external\n"]);

  test("get no clients and are listed", () => {
    for (const make of [nginxConfiguration, envoyConfiguration]) {
      const exported = make(options(asked));
      expect(exported.leftOut.map(({ id }) => id)).toEqual(["cdn/everywhere"]);
      expect(exported.text).toContain("# - cdn/everywhere\n");
      expect(exported.text).not.toContain("cdn.example.net");
    }
  });

  test("do not count as sharing clients either", () => {
    const two = changed(
      ["  cdn:\n    cloud: external\n    presence: complete\n", "  cdn:\n    cloud: external\n"],
      secondPublic,
    );
    expect(outcomesOf(two, day).leftOut.map(({ id }) => id)).toEqual(["cdn/elsewhere", "cdn/everywhere"]);
  });
});

describe("what a configuration cannot express is refused, with its entry and the fix", () => {
  test("mirrors that share clients", () => {
    const shared = changed(secondPublic);
    for (const make of [nginxConfiguration, envoyConfiguration]) {
      expect(refusal(make, options(shared))).toMatch(
        /^providers\.cdn\.mirrors\.elsewhere: shares clients with providers\.cdn\.mirrors\.everywhere: .*\n {2}Keep a weight on only one/,
      );
    }
  });

  test("a query in a URL: Envoy", () => {
    const query = changed([
      "files: https://cdn.example.net/files/{path}",
      "files: https://cdn.example.net/files?f={path}",
    ]);
    expect(refusal(envoyConfiguration, options(query))).toMatch(/^providers\.cdn\.mirrors\.everywhere: .* query/);
    expect(refusal(nginxConfiguration, options(query))).toBe("none");
    expect(nginxConfiguration(options(query)).text).toMatch(/files\?f=\$\{asked_path\}\$\{passed_more\}/);
  });

  test.each([{ from: "cloudfront" }, { from: "azure-front-door", id: "0" }] as const)(
    "$from: Envoy",
    (clientAddress) => {
      expect(refusal(envoyConfiguration, options(table, { clientAddress }))).toMatch(
        /^--client-address: .*\n {2}Export for nginx/,
      );
      expect(refusal(nginxConfiguration, options(table, { clientAddress }))).toBe("none");
    },
  );
});

describe("where the client's address comes from", () => {
  test.each([
    [{ from: "socket" }, "geo $outcome_of_ipv4 {", "use_remote_address: true"],
    [{ from: "forwarded", position: 2 }, "map $http_x_forwarded_for $client {", "xff_num_trusted_hops: 2"],
    [{ from: "header", name: "x-real-ip" }, "map $http_x_real_ip $client {", 'header_name: "x-real-ip"'],
  ] as const)("%j", (clientAddress, nginx, envoy) => {
    expect(nginxConfiguration(options(table, { clientAddress })).text).toContain(nginx);
    expect(envoyConfiguration(options(table, { clientAddress })).text).toContain(envoy);
  });
});

test("nginx: requests that nginx itself refuses, even in the middle of the headers, always get our 400", () => {
  const { text: configuration } = nginxConfiguration(options(table));
  expect(configuration).toContain("error_page 400 414 494 = //-/refused;");
  const [, map = ""] = /map \$asked \$refused \{\n(.*?)\n {4}\}/s.exec(configuration) ?? [];
  const names = ["refused", "refused-oci", ...[...map.matchAll(/^ +(\S+) \1;$/gm)].map(([, name = ""]) => name)];
  expect(names).toEqual(expect.arrayContaining(["malformed", "too-long-oci"]));
  for (const name of names) {
    const [, block] = configuration.split(`location = /${name} {\n`);
    expect([name, /return (\d+)/.exec(block ?? "")?.[1]]).toEqual([name, "400"]);
  }
});

test("the same table gives the same text", () => {
  for (const make of [nginxConfiguration, envoyConfiguration]) {
    expect(make(options(tableOf(inventoryOf(light)))).text).toBe(make(options(table)).text);
  }
});

test("the header comment lists the differences", () => {
  const head = (exported: { text: string }) => exported.text.split("\n").filter((line) => line.startsWith("#"));
  expect(head(nginxConfiguration(options(table))).join("\n")).toMatch(
    /SHA-256 [0-9a-f]{64}; credits as of 2026-11-21(?:.|\n)*- Redirects carry/,
  );
  expect(head(envoyConfiguration(options(table))).join("\n")).toMatch(/- What Envoy itself refuses/);
});

test("nginx: groups that a client can make repeat do not backtrack", () => {
  const { text: configuration } = nginxConfiguration(options(table));
  const changing = configuration.split("\n").filter((line) => line.includes("(?<asked_before>"));
  expect(changing.length).toBeGreaterThan(20);
  const refusing = configuration
    .split("\n")
    .filter((line) => /^ +"~\^\(\?:GET\|HEAD\) (?:\(\?=\/v2\[\/\? \]\))?\(\?!/.test(line));
  expect(refusing.length).toBeGreaterThan(5);
  for (const line of [...changing, ...refusing]) expect(line).not.toMatch(/\)[*+]\??(?![+])/);
});
