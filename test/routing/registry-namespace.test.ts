import { decided } from "./asking";
import { inventoryOf, tableOf } from "./tables";

/** Images from an external registry alone. */
function tableWith(registry: string) {
  return tableOf(
    inventoryOf(`
project: { name: artifacts, contact: infra@example.org, info: https://www.example.org/, privacy: https://www.example.org/p }
hosts: { registry.example.org: { serves: [images] } }
dns: { zone: example.org }
origin: quay/main
providers: { quay: { cloud: external, mirrors: { main: { registry: "${registry}" } } } }
`),
  );
}

test.each([
  ["a host", "https://quay.io", "https://quay.io/v2/pause"],
  ["a namespace", "https://quay.io/v2/acme", "https://quay.io/v2/acme/pause"],
  ["a registry below a path", "https://example.net/api/docker", "https://example.net/api/docker/v2/pause"],
])("a registry's URL as %s", (_, registry, base) => {
  const table = tableWith(registry);
  const digest = `sha256:${"a".repeat(64)}`;
  for (const path of ["manifests/3.9", "tags/list", `blobs/${digest}`]) {
    const { location } = decided(table, { target: `/v2/pause/${path}`, address: "192.0.2.1" }) as { location?: string };
    expect(location).toBe(`${base}/${path}`);
  }
});
