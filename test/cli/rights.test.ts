import { join } from "node:path";
import { ranges } from "../routing/tables";
import { runMirrorform } from "./run-mirrorform";

const small = join(__dirname, "..", "fixtures", "inventories", "small.yaml");
const rights = (...words: string[]) => runMirrorform(["rights", ...words, "--inventory", small, "--ranges", ranges]);

test("prints what planning and applying a stack needs", async () => {
  const { status, stdout } = await rights("google-dns");
  expect(status).toBe(0);
  expect(stdout).toBe(`google-dns
  plan   roles/dns.reader
  plan   roles/serviceusage.serviceUsageViewer
  apply  roles/dns.admin
  apply  roles/serviceusage.serviceUsageAdmin
`);
});

test("prints all stacks as JSON", async () => {
  const { status, stdout } = await rights("--json");
  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toEqual(
    expect.arrayContaining([
      {
        stack: "azure-bootstrap",
        cloud: "azure",
        read: expect.arrayContaining(["Microsoft.Authorization/locks/read"]),
        change: expect.arrayContaining(["Microsoft.Storage/register/action"]),
        roles: [],
        buckets: [],
      },
    ]),
  );
});

test("an unknown stack: exit 2, listing the known ones", async () => {
  const { status, stderr } = await rights("aws");
  expect(status).toBe(2);
  expect(stderr).toContain("unknown stack aws; the stacks are aws-bootstrap, aws-storage");
});
