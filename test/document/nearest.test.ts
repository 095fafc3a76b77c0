import { nearest } from "../../document/nearest";

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
  expect(nearest(word, regions)).toBe(meant);
});

test("a short word has little room for mistakes", () => {
  expect(nearest("fles", ["files"])).toBe("files");
  expect(nearest("feeds", ["feed", "geofeed"])).toBe("feed");
  expect(nearest("name", ["cloud", "zone"])).toBeUndefined();
});
