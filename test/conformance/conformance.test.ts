import { listenOnNode } from "../../redirector/servers/node-server";
import { dayOf } from "../../routing/conditions";
import { today } from "../routing/tables";
import { conformanceTable, functionCarrier, lambdaCarrier, redirectorOf, socketCarrier } from "./carriers";
import { cases, namesWithOwnAnswers } from "./cases";
import { conformanceOverlay, overlayCases } from "./overlay-cases";
import { expectedOf, faults, runConformance } from "./run-cases";

const table = conformanceTable();
const all = { passed: cases.length, differences: 0, failures: [] };

test("the pure function answers every case", async () => {
  expect(await runConformance("function", functionCarrier(table, dayOf(today)))).toEqual(all);
});

test("the server answers every case", async () => {
  const server = await listenOnNode(redirectorOf(table), { port: 0, host: "127.0.0.1" });
  try {
    expect(await runConformance("node", socketCarrier(server.port))).toEqual(all);
  } finally {
    await server.end();
  }
});

test("the Lambda answers every case", async () => {
  expect(await runConformance("lambda", lambdaCarrier(redirectorOf(table)))).toEqual(all);
});

describe("with an overlay", () => {
  const withOverlay = { passed: overlayCases.length, differences: 0, failures: [] };

  test("the pure function answers every case", async () => {
    const carrier = functionCarrier(table, dayOf(today), conformanceOverlay);
    expect(await runConformance("function", carrier, overlayCases)).toEqual(withOverlay);
  });

  test("the server answers every case", async () => {
    const server = await listenOnNode(redirectorOf(table, conformanceOverlay), { port: 0, host: "127.0.0.1" });
    try {
      expect(await runConformance("node", socketCarrier(server.port), overlayCases)).toEqual(withOverlay);
    } finally {
      await server.end();
    }
  });

  test("the Lambda answers every case", async () => {
    const carrier = lambdaCarrier(redirectorOf(table, conformanceOverlay));
    expect(await runConformance("lambda", carrier, overlayCases)).toEqual(withOverlay);
  });
});

test("every case has a unique name, and its differences really differ", () => {
  expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length);
  for (const one of cases) {
    for (const carrier of ["nginx", "envoy"] as const) {
      if (one.differs?.[carrier]) expect(expectedOf(one, carrier)).not.toEqual(one.expected);
    }
  }
});

test("the names under which answers of programs are listed are those of cases", () => {
  const names = new Set(cases.map(({ name }) => name));
  expect(namesWithOwnAnswers.filter((name) => !names.has(name))).toEqual([]);
});

test("a wrong answer is reported", () => {
  const expected = { status: 307, location: "https://a.example/", headers: { vary: "*", allow: null } };
  const answer = { status: 302, headers: { location: "https://b.example/", allow: "GET" }, body: "x" };
  expect(faults(expected, answer, "HEAD")).toEqual([
    "status 302, not 307",
    "location https://b.example/, not https://a.example/",
    "vary undefined, not *",
    "allow GET, not undefined",
    "body x, not ",
  ]);
});
