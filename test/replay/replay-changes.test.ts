import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { formatChanges } from "./format-changes";
import { listFiles, listImages } from "./list-promised";
import { ChangeReader, type RealChange } from "./read-changes";
import { replayChanges } from "./replay-changes";

const fixtures = join(__dirname, "../fixtures/promotion-changes");
/** kubernetes/k8s.io, where it is at hand. */
const real = join(__dirname, "../../../shared/data/promotion");
const page = readFileSync(join(__dirname, "../../docs/promotion-changes.md"), "utf8");

beforeEach(() => {
  // Errors in manifests of the time.
  jest.spyOn(process.stderr, "write").mockReturnValue(true);
});

afterEach(() => jest.restoreAllMocks());

function readAll(folder: string): RealChange[] {
  const reader = new ChangeReader(folder);
  return [...reader.readChanges(), reader.readShared()];
}

test("changes like the real ones", async () => {
  const replayed = await replayChanges(readAll(fixtures));
  expect(replayed.flatMap(({ faults }) => faults)).toEqual([]);
  const rows = formatChanges(replayed).split("\n").slice(2, -1);
  expect(rows).toEqual([
    "| 2026-01-05 digest-taken-back | 4 images | ❌ 1 `vanished` | hidden: 1 | 1 image (2 manifests, 3 blobs) | 1 manifest that 1 image needs, 3 blobs that 3 images need |",
    "| 2026-02-05 tag-moved | 1 image | ❌ 1 `moved`, ❌ 1 `vanished` | hidden: 1 | nothing | 1 image: another image may need parts of it, and was not promoted yet |",
    "| 2026-03-05 shared-digest-taken-back | 3 images | ❌ 1 `vanished` | hidden: 1 | 1 image (3 manifests) | 5 blobs that 2 images need |",
    "| 2026-04-05 project-renamed | 1 image | copies 1, ❌ 1 `vanished` | its project is gone: `--allow-vanished` | nothing | nothing |",
    "| 2026-05-05 tag-renamed | 1 image | sets 1 tag, ❌ 1 `vanished` | hidden: 1 | 1 tag | nothing |",
    "| 2026-06-05 files-renamed | 2 files | copies 2, ❌ 2 `vanished` | hidden: 2 | 2 files | nothing |",
    "| 1 digest of two images, withdrawn from one | 2 images | ❌ 1 `vanished` | hidden: 1 | 1 image (3 manifests) | 5 blobs that 1 image needs |",
  ]);
});

/** `npm run test:long` and `npm run test:peers` replay all. */
const mostImages = process.env.MIRRORFORM_LONG_TESTS === undefined ? 6 : Number.POSITIVE_INFINITY;

(existsSync(real) ? test : test.skip)("the changes of kubernetes/k8s.io, as their page has them", async () => {
  const changes = readAll(real);
  expect(changes).toHaveLength(23);
  const small = changes.filter(({ before }) => listImages(before).length + listFiles(before).length <= mostImages);
  const replayed = await replayChanges(small);
  expect(replayed.flatMap(({ name, faults }) => faults.map((fault) => `${name}: ${fault}`))).toEqual([]);
  for (const row of formatChanges(replayed).trimEnd().split("\n")) expect(page).toContain(`${row}\n`);
});
