import { findNearest } from "../../document/find-nearest";

const regions = ["europe-west1", "europe-west2", "us-central1", "us-east1", "westeurope"];

test.each([
  ["europe-wst1", "europe-west1"],
  ["europe-wets1", "europe-west1"],
  ["Europe_West2", "europe-west2"],
  ["West Europe", "westeurope"],
  ["us-centrall", "us-central1"],
  ["mars-north1", undefined],
  ["", undefined],
  ["eu", undefined],
])("%s means %s", (word, meant) => {
  expect(findNearest(word, regions)).toBe(meant);
});

test("a short word must be very similar", () => {
  expect(findNearest("fles", ["files"])).toBe("files");
  expect(findNearest("feeds", ["feed", "geofeed"])).toBe("feed");
  expect(findNearest("name", ["cloud", "zone"])).toBeUndefined();
});
