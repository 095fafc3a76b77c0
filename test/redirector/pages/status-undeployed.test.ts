import { fixture, inventoryOf, tableOf } from "../../routing/tables";
import { startTestRedirector } from "../test-redirector";

const small = inventoryOf(fixture("small"));

test.each([
  ["asked", "ask", 503, "Not deployed yet"],
  ["for trials, as if listed", "assume", 200, "assumed to be healthy"],
] as const)("before the first deployment, %s", async (_, presence, ready, words) => {
  const service = await startTestRedirector(tableOf(small, {}), { presence });
  try {
    if (presence === "ask") {
      const answer = await service.fetch("/release/a.sha256");
      expect([answer.status, answer.headers.get("retry-after")]).toEqual([503, "60"]);
    }
    const page = async (name: string) => service.fetch(`/-/${name}`);
    expect((await page("ready")).status).toBe(ready);
    expect((await page("started")).status).toBe(200);
    const body = await (await page("status")).text();
    expect(body).toContain(words);
    if (presence === "ask") expect(body).toContain("The origin is not deployed yet");
  } finally {
    await service.stop();
  }
});
