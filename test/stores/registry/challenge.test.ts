import { parseChallenges } from "../../../stores/registry/challenge";

test.each([
  [
    'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:a/b:pull,push"',
    [
      {
        scheme: "bearer",
        parameters: {
          realm: "https://auth.docker.io/token",
          service: "registry.docker.io",
          scope: "repository:a/b:pull,push",
        },
      },
    ],
  ],
  ["bearer Realm=here , SERVICE=x", [{ scheme: "bearer", parameters: { realm: "here", service: "x" } }]],
  [
    'Negotiate, Basic realm="a, b=\\"c\\"", Bearer realm="d"',
    [
      { scheme: "basic", parameters: { realm: 'a, b="c"' } },
      { scheme: "bearer", parameters: { realm: "d" } },
    ],
  ],
  ["realm=orphan", []],
  ["", []],
  ["a".repeat(100_000), []],
  ['a="'.padEnd(100_000, "\\a"), []],
])("%.100s", (header, challenges) => {
  expect(parseChallenges(header)).toEqual(challenges);
});
