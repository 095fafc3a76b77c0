import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { mirrorformProgram } from "../cli/mirrorform";

const read = (name: string) => readFileSync(join(__dirname, "../docs/workflows", name), "utf8");
const text = read("audit.yaml");
const { audit } = parse(text).jobs;

test("actions are those of the promotion, pinned by commit", () => {
  const promote = read("promote.yaml");
  const used = [...text.matchAll(/uses: (.*)/g)].map(([line]) => line);
  expect(used.length).toBeGreaterThan(3);
  expect(used.filter((line) => !promote.includes(line))).toEqual([]);
});

test("it has the least permissions, and does not run beside a promotion", () => {
  expect(parse(text).permissions).toEqual({});
  expect(audit.permissions).toEqual({ contents: "read", "id-token": "write" });
  expect(audit.concurrency).toEqual(parse(read("promote.yaml")).jobs.promote.concurrency);
  expect(audit.environment).toBe("promotion");
});

test("its options exist", () => {
  const [, words = ""] = /npx mirrorform audit (.*)/.exec(text) ?? [];
  const command = mirrorformProgram().commands.find((each) => each.name() === "audit");
  const known = command?.options.map(({ long }) => long);
  for (const option of words.match(/--\w+/g) ?? []) expect(known).toContain(option);
});
