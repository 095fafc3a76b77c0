import { certificateName } from "../../../constructs/certificate/google";

test.each([["a.b.example.org"], ["a-b.example.org"], [`${"long.".repeat(40)}example.org`], ["1.example.org"]])(
  "the certificate of %s has a unique name that Certificate Manager accepts",
  (host) => {
    expect(certificateName(host)).toMatch(/^[a-z][a-z0-9-]{0,61}[a-z0-9]$/);
    expect(certificateName("a.b.example.org")).not.toBe(certificateName("a-b.example.org"));
  },
);
