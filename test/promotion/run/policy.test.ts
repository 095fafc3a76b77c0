import { createJudge } from "../policy/signed-images";
import { createSmallPromotion } from "./small-promotion";

test("a run judges the bytes that it is about to write, whatever the plan was made from", async () => {
  const promotion = createSmallPromotion();
  const judge = createJudge({ mediaTypes: { attached: ["application/vnd.dev.**"] }, sizes: { file: 1_000 } });
  const report = await promotion.run(promotion.plan(), { ...promotion.context(), judge });
  const outcomes = report.artifacts.map(({ name, origin, reason = "" }) => [name, origin, reason]);
  expect(outcomes.filter(([name]) => name?.startsWith("app/")).sort()).toEqual([
    ["app/client", "failed", expect.stringContaining("app/client:v1 is refused by policy/media-types: ")],
    ["app/server", "failed", expect.stringContaining("app/server:v1 is refused by policy/media-types: ")],
  ]);
  expect(outcomes).toContainEqual([
    "v1/tool",
    "failed",
    "v1/tool is refused by policy/sizes: 5.0 kB, more than 1.0 kB",
  ]);
  expect(outcomes).toContainEqual(["v1/tool.sha256", "shown", ""]);
  for (const place of promotion.places.values())
    expect([...place.manifests.values()].flatMap((each) => [...each])).toEqual([]);
});

test("what it allows is promoted", async () => {
  const promotion = createSmallPromotion();
  const judge = createJudge({ sizes: { image: 1_000_000, file: 1_000_000 }, tags: { allow: ["v1**"] } });
  const report = await promotion.run(promotion.plan(), { ...promotion.context(), judge });
  expect(report.isComplete).toBe(true);
  expect(new Set(judge.verdicts.map(({ rule }) => rule))).toEqual(new Set(["policy/sizes"]));
});
