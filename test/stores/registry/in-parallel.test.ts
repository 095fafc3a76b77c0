import { inParallel } from "../../../stores/registry/in-parallel";

/** Work that ends when it is told to, and what of it has begun. */
function workshop() {
  const begun: number[] = [];
  const ends = new Map<number, { resolve: (value: string) => void; reject: (error: Error) => void }>();
  const work = (item: number) => {
    begun.push(item);
    return new Promise<string>((resolve, reject) => ends.set(item, { resolve, reject }));
  };
  return {
    begun,
    work,
    end: (item: number) => ends.get(item)?.resolve(`${item}`),
    fail: (item: number) => ends.get(item)?.reject(new Error(`${item}`)),
  };
}

const soon = () => new Promise(setImmediate);

test("so many at once, the next as soon as one ends, results in order", async () => {
  const { begun, work, end } = workshop();
  const done = inParallel([1, 2, 3], 2, work);
  expect(begun).toEqual([1, 2]);
  end(2);
  await soon();
  expect(begun).toEqual([1, 2, 3]);
  end(3);
  end(1);
  expect(await done).toEqual(["1", "2", "3"]);
});

test("after a failure nothing begins, and what had begun ends first", async () => {
  const { begun, work, end, fail } = workshop();
  let settled = false;
  const done = inParallel([1, 2, 3], 2, work).finally(() => {
    settled = true;
  });
  done.catch(() => {});
  fail(1);
  await soon();
  expect({ begun, settled }).toEqual({ begun: [1, 2], settled: false });
  end(2);
  await expect(done).rejects.toThrow("1");
});

test("nothing to do", async () => {
  expect(await inParallel([], 4, async () => 1)).toEqual([]);
});
