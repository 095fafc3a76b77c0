import { RunProgress } from "../../../cli/promote/run-progress";
import { RunCounters } from "../../../promotion/run/run-counters";

function createProgress(isTTY: boolean) {
  const written: string[] = [];
  const counters = new RunCounters();
  let time = 0;
  const output = { isTTY, write: (text: string) => written.push(text) };
  const progress = new RunProgress(counters, 3_000_000, output, () => time);
  const readAt = (at: number) => {
    time = at;
    counters.addRead(1_000_000);
  };
  return { written, progress, readAt };
}

test("a terminal has one line, a few times a second, which goes away at the end", () => {
  const { written, progress, readAt } = createProgress(true);
  for (const at of [100, 1_000, 1_100]) readAt(at);
  progress.end();
  expect(written).toEqual(["\r\u001b[K2.0 MB of 3.0 MB, 0 of 0 objects, 2.0 MB/s, 1 s left", "\r\u001b[K"]);
});

test("a log gets a line now and then", () => {
  const { written, progress, readAt } = createProgress(false);
  for (const at of [1_000, 30_000, 31_000]) readAt(at);
  progress.end();
  expect(written).toEqual(["2.0 MB of 3.0 MB, 0 of 0 objects, 67 kB/s, 15 s left\n"]);
});
