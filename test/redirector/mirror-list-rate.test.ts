import type { Answer } from "../../routing/answer";
import { conformanceTable, redirectorOf } from "../conformance/carriers";

const file = "/release/v1.34.0/bin/linux/amd64/kubectl";
const host = "dl.example.org";
const table = conformanceTable();

/** Sends a request of one client. */
async function ask(
  redirector: ReturnType<typeof redirectorOf>,
  address: string,
  target: string,
  accept?: string,
): Promise<Answer> {
  const headers: Readonly<Record<string, string | undefined>> = { "x-forwarded-for": address, accept };
  return redirector.handle({ method: "GET", target, host, peer: "127.0.0.1", header: (name) => headers[name] });
}

/** Requests until the client is refused. @returns how many characters it got */
async function flood(redirector: ReturnType<typeof redirectorOf>, address: string, target: string): Promise<number> {
  let characters = 0;
  for (;;) {
    const { status, body } = await ask(redirector, address, target);
    if (status !== 200) return characters;
    characters += body.length;
  }
}

// The budget must not refill during a test.
beforeEach(() => {
  jest.useFakeTimers();
});

afterEach(() => {
  jest.useRealTimers();
});

describe("a client that requests many lists", () => {
  test.each([
    ["the best mirrors", `${file}?mirrorlist`],
    ["all mirrors", `${file}?mirrorlist=all`],
    ["a long path", `/${"a".repeat(4000)}?mirrorlist`],
  ])("gets 429 with Retry-After: %s", async (_, target) => {
    const redirector = redirectorOf(table);
    expect(await flood(redirector, "192.0.2.1", target)).toBeLessThan(2_000_000);
    const refused = await ask(redirector, "192.0.2.1", target);
    expect(refused.status).toBe(429);
    expect(refused.headers).toMatchObject({ "Retry-After": "1", "Cache-Control": "no-store" });
    const metalink = await ask(redirector, "192.0.2.99", file, "application/metalink4+xml");
    expect(metalink.status).toBe(429);
    jest.advanceTimersByTime(60_000);
    expect((await ask(redirector, "192.0.2.1", target)).status).toBe(200);
  });

  test("still gets files, and others get lists", async () => {
    const redirector = redirectorOf(table);
    await flood(redirector, "192.0.2.1", `${file}?mirrorlist`);
    expect((await ask(redirector, "192.0.2.1", file)).status).toBe(307);
    for (const other of ["192.0.3.1", "2001:db8::1", "unknown"]) {
      expect((await ask(redirector, other, `${file}?mirrorlist`)).status).toBe(200);
    }
  });
});
