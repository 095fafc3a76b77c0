import { tokenServer } from "../../../stores/registry/token-server";

const ask = (host: string, realm: string, hasLogin: boolean, realms: readonly string[] = []) =>
  tokenServer(realm, { host, realms, hasLogin });

test.each([
  ["docker.io", "https://auth.docker.io/token"],
  ["ghcr.io", "https://ghcr.io/token"],
  ["one.azurecr.io", "https://one.azurecr.io/oauth2/token"],
  ["registry.gitlab.com", "https://gitlab.com/jwt/auth"],
  ["us-docker.pkg.dev", "https://us-docker.pkg.dev/v2/token"],
  ["registry.example.co.uk", "https://login.example.co.uk:8443/token"],
  ["registry.example.org:5000", "https://REGISTRY.example.org/token"],
  ["127.0.0.1:5000", "http://127.0.0.1:5001/token"],
  ["localhost:5000", "http://[::1]:5001/token"],
  ["localhost:5000", "https://127.0.0.1:5001/token"],
  ["10.0.0.5:5000", "https://10.0.0.5/token"],
  ["registry.corp", "https://registry.corp:8443/token"],
])("the login of %s goes to %s, of the same site", (host, realm) => {
  expect(ask(host, realm, true)).toEqual({ url: new URL(realm), publicOnly: false });
});

test.each([
  ["docker.io", "https://auth.docker.io.evil.example/token"],
  ["registry.example.org", "https://example.com/token"],
  ["registry.example.co.uk", "https://login.other.co.uk/token"],
  ["one.github.io", "https://other.github.io/token"],
  ["one.azurecr.io", "https://other.azurecr.io/oauth2/token"],
  ["one.jfrog.io", "https://other.jfrog.io/v2/token"],
  ["1.dkr.ecr.eu-west-1.amazonaws.com", "https://2.dkr.ecr.eu-west-1.amazonaws.com/token"],
  ["registry.example.org", "https://localhost/token"],
  ["registry.example.org", "https://127.0.0.1:21432/token"],
  ["registry.example.org", "https://[::1]/token"],
  ["10.0.0.5:5000", "https://10.0.0.6/token"],
  ["127.0.0.1:5000", "https://evil.example/token"],
  ["registry", "https://auth/token"],
  ["registry.example.org", "https://169.254.169.254/token"],
])("the login of %s does not go to %s", (host, realm) => {
  const { host: named } = new URL(realm);
  expect(() => ask(host, realm, true)).toThrow(
    `which belongs to another site. If that is its token server, add --realm ${named}`,
  );
});

test.each([
  ["auth.example.com", "https://auth.example.com/token"],
  ["auth.example.com", "https://auth.example.com:8443/token"],
  ["auth.example.com:8443", "https://auth.example.com:8443/token"],
  ["10.0.0.6", "https://10.0.0.6/token"],
])("it does if the user allows %s", (named, realm) => {
  expect(ask("registry.example.org", realm, true, [named]).url.href).toBe(realm);
  expect(() => ask("registry.example.org", realm.replace(/auth|10/, "12"), true, [named])).toThrow("--realm");
});

test("an allowed port is the only one", () => {
  expect(() =>
    ask("registry.example.org", "https://auth.example.com/token", true, ["auth.example.com:8443"]),
  ).toThrow();
});

test.each([
  ["registry.example.org", "http://registry.example.org/token"],
  ["registry.example.org", "http://127.0.0.1:21431/token"],
  ["registry.example.org", "http://localhost/token"],
  ["10.0.0.5:5000", "http://10.0.0.5/token"],
  ["127.0.0.1:5000", "http://127.0.0.1.evil.example/token"],
  ["127.0.0.1:5000", "http://127.0.0.1:1@evil.example/token"],
  ["registry.example.org", "https://user:password@registry.example.org/token"],
  ["registry.example.org", "https://user@registry.example.org/token"],
  ["registry.example.org", "file:///etc/passwd"],
  ["registry.example.org", "registry.example.org/token"],
  ["registry.example.org", ""],
])("%s cannot name %s, with or without a login", (host, realm) => {
  for (const hasLogin of [true, false]) {
    expect(() => ask(host, realm, hasLogin, ["registry.example.org"])).toThrow(
      "does not name a token server with an HTTPS URL",
    );
  }
});

test("without a login another site is allowed, on the public internet only", () => {
  expect(ask("registry.example.org", "https://auth.example.com/token", false).publicOnly).toBe(true);
  for (const realm of ["https://127.0.0.1/token", "https://169.254.169.254/token", "https://auth.internal/token"]) {
    expect(() => ask("registry.example.org", realm, false)).toThrow("add --realm");
  }
});
