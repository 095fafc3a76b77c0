import fc from "fast-check";
import { nameCondition } from "../../../constructs/promoter-access/name-condition";
import { createMutableCheck } from "../../../inventory/create-mutable-check";
import { runs } from "../../property-runs";

const objects = "projects/_/buckets/artifacts/objects/";

test.each([
  ["release/stable.txt", `resource.name == "${objects}release/stable.txt"`],
  ["release/latest*.txt", `resource.name.startsWith("${objects}release/latest") && resource.name.endsWith(".txt")`],
  ["release/*", `resource.name.startsWith("${objects}release/")`],
  ["stable.txt", `resource.name.startsWith("${objects}") && resource.name.endsWith("/stable.txt")`],
  [
    "latest*.txt",
    `resource.name.startsWith("${objects}") && resource.name.extract("{folder}/latest") != "" && resource.name.endsWith(".txt")`,
  ],
  ["*.txt", `resource.name.startsWith("${objects}") && resource.name.endsWith(".txt")`],
])("%s", (pattern, condition) => {
  expect(nameCondition("artifacts", pattern)).toBe(condition);
});

/** Evaluates the conditions above as IAM does: `extract` returns what precedes the text after `{folder}`. */
function isGranted(condition: string, name: string): boolean {
  return condition.split(" && ").every((part) => {
    const [, method = "", literal = ""] = /^resource\.name(\.\w+\(| == )("(?:[^"\\]|\\.)*")/.exec(part) ?? [];
    const text = JSON.parse(literal) as string;
    if (method === ".startsWith(") return name.startsWith(text);
    if (method === ".endsWith(") return name.endsWith(text);
    if (method === " == ") return name === text;
    return name.indexOf(text.replace("{folder}", "")) > 0;
  });
}

const part = fc.stringMatching(/^[a-c.*]{1,4}$/);
const path = fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => parts.join("/"));

test("every name that may change may be replaced", () => {
  fc.assert(
    fc.property(
      path,
      path,
      fc.string({ unit: fc.constantFrom("a", "b", "."), maxLength: 4 }),
      (pattern, folder, filling) => {
        const named = pattern.replaceAll("*", filling);
        const name = pattern.includes("/") ? named : `${folder.replaceAll("*", "a")}/${named}`;
        fc.pre(createMutableCheck({ mutable: [pattern] })(name));
        expect(isGranted(nameCondition("artifacts", pattern), objects + name)).toBe(true);
      },
    ),
    runs(300),
  );
});
