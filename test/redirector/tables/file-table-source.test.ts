import { execFileSync } from "node:child_process";
import { mkdtempSync, promises, renameSync, rmSync, truncateSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FileTableSource } from "../../../redirector/tables/file-table-source";

/** The new bytes of a source, as text. */
async function read(source: FileTableSource, signal = new AbortController().signal): Promise<string | undefined> {
  const bytes = await source.read(signal);
  return bytes && Buffer.from(bytes).toString();
}

describe("a file", () => {
  let directory: string;
  let path: string;
  let source: FileTableSource;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "live-table-"));
    path = join(directory, "routing.table");
    source = new FileTableSource(path);
  });

  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  /** Writes the file, with a time of change that many minutes ago. */
  function write(text: string, minutesAgo: number): void {
    writeFileSync(path, text);
    const time = new Date(Date.now() - minutesAgo * 60_000);
    utimesSync(path, time, time);
  }

  test("is returned once, and again after each change", async () => {
    write("one", 30);
    expect(await read(source)).toBe("one");
    expect(await read(source)).toBeUndefined();
    write("two", 20);
    expect(await read(source)).toBe("two");
    expect(await read(source)).toBeUndefined();
    write("three", 20);
    expect(await read(source)).toBe("three");
    expect(await read(source)).toBeUndefined();
  });

  test("is not read again while its time, size and inode stay", async () => {
    write("one", 30);
    expect(await read(source)).toBe("one");
    const time = new Date(Date.now() - 30 * 60_000);
    utimesSync(path, time, time);
    expect(await read(source)).toBeUndefined();
    truncateSync(path, 2);
    utimesSync(path, time, time);
    expect(await read(source)).toBe("on");
  });

  test("that was replaced by a rename, of the same time and size, is returned", async () => {
    const time = new Date("2026-11-21T00:00:00Z");
    for (const text of ["one", "two"]) {
      writeFileSync(`${path}.new`, text);
      utimesSync(`${path}.new`, time, time);
      renameSync(`${path}.new`, path);
      expect(await read(source)).toBe(text);
    }
    expect(await read(source)).toBeUndefined();
  });

  test("that changed a moment ago is read again, and returned if it differs, even with the same state", async () => {
    const time = new Date();
    writeFileSync(path, "one");
    utimesSync(path, time, time);
    expect(await read(source)).toBe("one");
    expect(await read(source)).toBeUndefined();
    writeFileSync(path, "two");
    utimesSync(path, time, time);
    expect(await read(source)).toBe("two");
  });

  test("that is missing, at first or later, is reported, and returned when it is there", async () => {
    await expect(read(source)).rejects.toThrow("ENOENT");
    write("one", 1);
    expect(await read(source)).toBe("one");
    rmSync(path);
    await expect(read(source)).rejects.toThrow("ENOENT");
  });

  test("that is a directory, or larger than any table, is refused", async () => {
    await expect(read(new FileTableSource(directory))).rejects.toThrow("it is not a file");
    writeFileSync(path, "");
    truncateSync(path, 16 * 1024 * 1024 + 1);
    await expect(read(source)).rejects.toThrow("larger than 16 MiB");
  });

  test("that is a pipe is refused without waiting", async () => {
    execFileSync("mkfifo", [path]);
    for (const _ of Array(6)) await expect(read(source)).rejects.toThrow("it is not a file");
  });

  test("without a known end is read no further than its size", async () => {
    await expect(read(new FileTableSource("/dev/zero"))).rejects.toThrow("it is not a file");
    expect((await read(new FileTableSource("/proc/self/status")))?.length).toBe(1);
  });

  test("whose reading hangs is not read again until that reading has ended", async () => {
    write("one", 30);
    let letGo = (): void => {};
    const open = jest.spyOn(promises, "open").mockImplementationOnce(async () => {
      await new Promise<void>((resolve) => {
        letGo = resolve;
      });
      throw new Error("the file system is gone");
    });
    for (const _ of Array(6)) {
      await expect(read(source, AbortSignal.timeout(5))).rejects.toThrow("aborted due to timeout");
    }
    expect(open).toHaveBeenCalledTimes(1);
    letGo();
    await source.idle?.();
    expect(await read(source)).toBe("one");
    expect(open).toHaveBeenCalledTimes(2);
    open.mockRestore();
  });

  test("whose reading was ended is returned the next time", async () => {
    write("one", 30);
    const ended = new AbortController();
    ended.abort(new Error("too late"));
    await expect(read(source, ended.signal)).rejects.toThrow();
    expect(await read(source)).toBe("one");
  });
});
