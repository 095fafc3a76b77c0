import { endpointUrl } from "../../../stores/credentials/endpoint-url";

test.each([
  "https://sts.example.org/path",
  "http://127.0.0.1:8080/",
  "http://localhost/",
  "http://[::1]:80/",
  "http://169.254.170.2/v2/credentials",
  "http://169.254.170.23/v1/credentials",
  "http://[fd00:ec2::23]/v1/credentials",
  "http://169.254.169.254/",
])("%s may receive secrets", (text) => {
  expect(endpointUrl(text, "SETTING").href).toBe(new URL(text).href);
});

test.each([
  "http://sts.example.org/",
  "http://10.0.0.1/",
  "http://169.254.170.3/",
  "http://169.254.170.2.example.org/",
  "http://169.254.170.2@example.org/",
  "https://user:password@sts.example.org/",
  "ftp://127.0.0.1/",
  "sts.example.org",
  "",
])("%s may not", (text) => {
  expect(() => endpointUrl(text, "SETTING")).toThrow("SETTING is not a URL that secrets may be sent to");
});
