import { findMovedBack } from "../../../promotion/rollback/find-moved-back";
import { digest, promise, promiseFiles, sha256 } from "../plan/small-world";

test("a tag and a file that a rollback promises for other content are named, unless they are mutable", () => {
  const before = {
    ...promise({ "a@1": ["v1", "gone"], "a@2": ["latest"] }),
    ...{ files: promiseFiles({ "x/tool": "one" }).files },
  };
  const after = {
    ...promise({ "a@1": ["latest"], "a@3": ["v1", "new"] }),
    ...{ files: promiseFiles({ "x/tool": "two" }).files },
  };
  expect(findMovedBack(before, after, (name) => name === "a:latest")).toEqual([
    { name: "a:v1", from: digest("1"), to: digest("3") },
    { name: "x/tool", from: sha256("one"), to: sha256("two") },
  ]);
  expect(findMovedBack(before, before, () => false)).toEqual([]);
});
