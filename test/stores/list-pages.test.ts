import { listPages, type Page } from "../../stores/list-pages";

async function read(pages: readonly Page[], prefix = ""): Promise<string[]> {
  const asked: (string | undefined)[] = [];
  const load = async (continuation: string | undefined) => {
    asked.push(continuation);
    return pages[Math.min(asked.length - 1, pages.length - 1)] as Page;
  };
  const keys: string[] = [];
  for await (const page of listPages(load, prefix, "s3://bucket")) keys.push(...page.map(({ key }) => key));
  return keys;
}

const object = (key: string) => ({ key, size: 1 });

test("pages follow one another until one has no continuation; empty ones are passed over", async () => {
  const pages = [
    { objects: [object("a")], next: "1" },
    { objects: [], next: "2" },
    { objects: [object("b")], next: undefined },
  ];
  expect(await read(pages)).toEqual(["a", "b"]);
});

test.each<[string, Page[]]>([
  ["the same continuation again", [{ objects: [object("a")], next: "1" }]],
  ["empty pages without end", Array.from({ length: 1_100 }, (_, index) => ({ objects: [], next: String(index) }))],
])("%s does not go on forever", async (_, pages) => {
  await expect(read(pages)).rejects.toThrow(/does not end/);
});

test("objects that were not asked for are refused", async () => {
  await expect(read([{ objects: [object("other/a")], next: undefined }], "mine/")).rejects.toThrow(/does not begin/);
});
