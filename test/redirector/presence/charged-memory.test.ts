import { ChargedMemory } from "../../../redirector/presence/charged-memory";
import { unknownNetwork } from "../../../routing/client-network";

const limits = { entries: 30, perNetwork: 3 };
let memory: ChargedMemory<string>;

beforeEach(() => {
  memory = new ChargedMemory(limits);
});

const kept = (...keys: string[]) => keys.filter((key) => memory.get(key) !== undefined).join(" ");

test("a network that exceeds its share loses its oldest entry", () => {
  for (const key of ["a", "b", "c", "d"]) memory.set(key, "absent", "one");
  expect(kept("a", "b", "c", "d")).toBe("b c d");
});

test("no other network loses an entry", () => {
  memory.set("theirs", "absent", "two");
  for (let index = 0; index < 1_000; index++) memory.set(`${index}`, "absent", "one");
  expect(kept("theirs", "996", "997", "998", "999")).toBe("theirs 997 998 999");
});

test("a renewed entry is the newest, and charged to the network that renewed it", () => {
  for (const key of ["a", "b", "c"]) memory.set(key, "absent", "one");
  memory.set("a", "unreachable", "one");
  memory.set("b", "absent", "two");
  for (const key of ["d", "e"]) memory.set(key, "absent", "one");
  expect(kept("a", "b", "c", "d", "e")).toBe("a b d e");
  expect(memory.get("a")).toBe("unreachable");
});

test("if there are too many entries in all, the network that has been idle the longest loses its own", () => {
  for (let network = 0; network < 10; network++) {
    for (const key of ["a", "b", "c"]) memory.set(`${network}${key}`, "absent", `${network}`);
  }
  memory.set("0a", "absent", "0");
  expect(memory.size).toBe(30);
  memory.set("new", "absent", "new");
  expect(kept("0a", "0b", "0c", "1a", "1b", "1c", "2a", "new")).toBe("0a 0b 0c 2a new");
});

test("the unknown network has a larger share", () => {
  for (let index = 0; index < 12; index++) memory.set(`${index}`, "absent", unknownNetwork);
  expect(memory.size).toBe(12);
});

test("deleted entries are no longer charged", () => {
  for (const key of ["a", "b", "c"]) memory.set(key, "absent", "one");
  memory.delete("a");
  memory.delete("never there");
  memory.set("d", "absent", "one");
  expect(kept("a", "b", "c", "d")).toBe("b c d");
});
