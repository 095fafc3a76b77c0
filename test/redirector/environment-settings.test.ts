import { environmentSettings } from "../../redirector/environment-settings";

const needed = { MIRRORFORM_CLIENT_ADDRESS: "socket" };

test("unset and empty variables have defaults", () => {
  const defaults = { clientAddress: { from: "socket" }, presence: "ask", logShare: 1, status: "same", frozen: false };
  expect(environmentSettings(needed)).toEqual(defaults);
  const empty = Object.fromEntries(
    ["TABLE_SOURCE", "PRESENCE", "LOG", "STATUS", "BACKGROUND", "TRACE_PROJECT"].map((name) => [
      `MIRRORFORM_${name}`,
      "",
    ]),
  );
  expect(environmentSettings({ ...needed, ...empty })).toEqual(defaults);
});

test.each([
  ["MIRRORFORM_CLIENT_ADDRESS", "forwarded:1", { clientAddress: { from: "forwarded", position: 1 } }],
  ["MIRRORFORM_TABLE_SOURCE", "/etc/routing.table", { source: { name: "/etc/routing.table" } }],
  ["MIRRORFORM_TABLE_SOURCE", "https://example.org/t?key=k", { source: { name: "https://example.org/t" } }],
  ["MIRRORFORM_PRESENCE", "ask", { presence: "ask" }],
  ["MIRRORFORM_PRESENCE", "assume", { presence: "assume" }],
  ["MIRRORFORM_LOG", "0", { logShare: 0 }],
  ["MIRRORFORM_LOG", "0.01", { logShare: 0.01 }],
  ["MIRRORFORM_LOG", ".5", { logShare: 0.5 }],
  ["MIRRORFORM_LOG", "1.0", { logShare: 1 }],
  ["MIRRORFORM_STATUS", "same", { status: "same" }],
  ["MIRRORFORM_STATUS", "off", { status: "off" }],
  ["MIRRORFORM_STATUS", "9090", { status: 9090 }],
  ["MIRRORFORM_BACKGROUND", "timers", { frozen: false }],
  ["MIRRORFORM_BACKGROUND", "requests", { frozen: true }],
  ["MIRRORFORM_TRACE_PROJECT", "example-1", { traceProject: "example-1" }],
])("%s=%s", (name, value, settings) => {
  expect(environmentSettings({ ...needed, [name]: value })).toMatchObject(settings);
});

test.each([
  ["MIRRORFORM_CLIENT_ADDRESS", "header", "forwarded"],
  [
    "MIRRORFORM_TABLE_SOURCE",
    "ftp://example.org/t",
    "a file, https://…, s3://bucket/key?region=R or gs://bucket/object",
  ],
  ["MIRRORFORM_TABLE_SOURCE", "https://:/", "not a URL"],
  ["MIRRORFORM_PRESENCE", "Ask", "ask or assume"],
  ["MIRRORFORM_LOG", "2", "a share from 0 to 1"],
  ["MIRRORFORM_LOG", "-0", "a share from 0 to 1"],
  ["MIRRORFORM_LOG", "1e-3", "a share from 0 to 1"],
  ["MIRRORFORM_LOG", "50%", "a share from 0 to 1"],
  ["MIRRORFORM_STATUS", "on", "same, off or a port"],
  ["MIRRORFORM_STATUS", "65536", "same, off or a port"],
  ["MIRRORFORM_STATUS", "-1", "same, off or a port"],
  ["MIRRORFORM_BACKGROUND", "on", "timers or requests"],
  ["MIRRORFORM_TRACE_PROJECT", "projects/example", "a Google Cloud project id"],
])("%s=%s is refused, with the fix", (name, value, fix) => {
  const reading = () => environmentSettings({ ...needed, [name]: value });
  expect(reading).toThrow(new RegExp(`^${name}[: ]`));
  expect(reading).toThrow(fix);
});

test("the source of the client's address is required", () => {
  expect(() => environmentSettings({})).toThrow(/^MIRRORFORM_CLIENT_ADDRESS is not set: it must be .*socket/);
});

test("all problems are reported together", () => {
  const wrong = { MIRRORFORM_LOG: "much", MIRRORFORM_STATUS: "on", MIRRORFORM_TABLE_SOURCE: "ftp://a.example/t" };
  let message = "";
  try {
    environmentSettings(wrong);
  } catch (error) {
    message = (error as Error).message;
  }
  const names = message.split("\n").map((line) => /^[A-Z_]+/.exec(line)?.[0]);
  expect(names.sort()).toEqual([...Object.keys(wrong), "MIRRORFORM_CLIENT_ADDRESS"].sort());
});
