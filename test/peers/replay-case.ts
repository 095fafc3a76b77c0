import assert from "node:assert/strict";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { ChangeReader } from "../replay/read-changes";
import { replayChanges } from "../replay/replay-changes";
import type { ToolName } from "./find-tools";
import { startDistributionRegistry } from "./registries";
import type { Report } from "./report";

/** kubernetes/k8s.io, where it is at hand; else changes like those. */
const folders = [join(__dirname, "../../../shared/data/promotion"), join(__dirname, "../fixtures/promotion-changes")];

/**
 * Replays changes of manifests with two registries of the distribution project as origin and mirror, and looks at every manifest and tag
 * there.
 *
 * @param folder for the registries' configuration
 */
export async function checkReplay(tools: ReadonlyMap<ToolName, string>, folder: string, report: Report): Promise<void> {
  report.printHead("Changes of manifests, replayed: docs/promotion-changes.md");
  await report.runCheck("registry", "plan, withdraw and delete", tools.get("registry"), async (path) => {
    const servers = await Promise.all(
      ["origin", "mirror"].map((name) => {
        const own = join(folder, `replay-${name}`);
        mkdirSync(own);
        return startDistributionRegistry(path, own);
      }),
    );
    try {
      const reader = new ChangeReader(folders.find(existsSync) ?? "");
      const [origin = "", mirror = ""] = servers.map(({ port }) => `127.0.0.1:${port}`);
      const replayed = await replayChanges([...reader.readChanges(), reader.readShared()], { origin, mirror });
      const faults = replayed.flatMap(({ name, faults: found }) => found.map((fault) => `${name}: ${fault}`));
      assert.deepEqual(faults, []);
      const sum = (count: (change: (typeof replayed)[number]) => number) =>
        replayed.reduce((total, change) => total + count(change), 0);
      const [images, manifests] = [sum(({ deleted }) => deleted.images), sum(({ deleted }) => deleted.manifests)];
      return `${replayed.length} changes; ${images} images with ${manifests} manifests deleted`;
    } finally {
      await Promise.all(servers.map((server) => server.stop()));
    }
  });
}
