import { splitAtDonorRoot } from "../../../promotion/targets/donor-root";

const files = "https://lab.example.org/{path}";

test.each([
  ["a mirror of files", "https://lab.example.org/pub/{path}", [], "https://lab.example.org/pub/{key}", "{path}"],
  [
    "blobs in a folder",
    "https://lab.example.org/images/{digest}",
    [files],
    "https://lab.example.org/{key}",
    "images/{digest}",
  ],
  ["files beside them", files, ["https://lab.example.org/images/{digest}"], "https://lab.example.org/{key}", "{path}"],
  [
    "two folders of one",
    "https://lab.example.org/pub/images/{digest}",
    ["https://lab.example.org/pub/files/{path}"],
    "https://lab.example.org/pub/{key}",
    "images/{digest}",
  ],
  [
    "a folder whose name begins as the other's",
    "https://lab.example.org/pub/{digest}",
    ["https://lab.example.org/public/{path}"],
    "https://lab.example.org/{key}",
    "pub/{digest}",
  ],
  ["another host", "https://blobs.example.org/a/{digest}", [files], "https://blobs.example.org/a/{key}", "{digest}"],
  [
    "an object in a folder of its own",
    "https://lab.example.org/{digest}/data",
    [],
    "https://lab.example.org/{key}",
    "{digest}/data",
  ],
  ["a query", "https://lab.example.org/get?blob={digest}", [], "https://lab.example.org/get?blob={key}", "{digest}"],
])("%s", (_, template, others, url, key) => {
  expect(splitAtDonorRoot(template, others)).toEqual({ url, key });
});
