import { inParallel } from "../../stores/in-parallel";

/** Work whose end the test decides, and the items that were started. */
function createWork() {
  const started: number[] = [];
  const ends = new Map<number, { resolve: (value: string) => void; reject: (error: Error) => void }>();
  const work = (item: number) => {
    started.push(item);
    return new Promise<string>((resolve, reject) => ends.set(item, { resolve, reject }));
  };
  return {
    started,
    work,
    end: (item: number) => ends.get(item)?.resolve(`${item}`),
    fail: (item: number) => ends.get(item)?.reject(new Error(`${item}`)),
  };
}

const soon = () => new Promise(setImmediate);

test("at most that many at a time, the next as soon as one ends, results in order", async () => {
  const { started, work, end } = createWork();
  const done = inParallel([1, 2, 3], 2, work);
  expect(started).toEqual([1, 2]);
  end(2);
  await soon();
  expect(started).toEqual([1, 2, 3]);
  end(3);
  end(1);
  expect(await done).toEqual(["1", "2", "3"]);
});

test("after a failure nothing starts, and the work in progress ends first", async () => {
  const { started, work, end, fail } = createWork();
  let settled = false;
  const done = inParallel([1, 2, 3], 2, work).finally(() => {
    settled = true;
  });
  done.catch(() => {});
  fail(1);
  await soon();
  expect({ started, settled }).toEqual({ started: [1, 2], settled: false });
  end(2);
  await expect(done).rejects.toThrow("1");
});

test("nothing to do", async () => {
  expect(await inParallel([], 4, async () => 1)).toEqual([]);
});
