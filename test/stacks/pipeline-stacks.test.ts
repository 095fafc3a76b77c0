import type { Inventory } from "../../inventory/inventory";
import { fixture, inventoryOf } from "../routing/tables";
import { readable } from "./readable";
import { addresses, smallFacts, synthesizedStacks } from "./stacks";

const text = fixture("small");
const withPipeline = (runsIn: string): Inventory =>
  inventoryOf(`${text}\ninfrastructure: { runs-in: { ${runsIn} } }\n`);
const stacksOf = (runsIn: string) => synthesizedStacks(withPipeline(runsIn), smallFacts);

const github = stacksOf("github: { repository: example-org/mirrors }");
const gitlab = stacksOf("gitlab: { project: example-org/mirrors }");

type Body = Readonly<Record<string, unknown>>;

function bodies(stacks: typeof github, name: string, type: string): Body[] {
  const stack = stacks[name];
  if (stack === undefined) throw new Error(`there is no stack ${name}`);
  return [...addresses(stack)].flatMap(([address, body]) => (address.startsWith(`${type}.`) ? [body as Body] : []));
}

const layers = ["aws-bootstrap", "azure-bootstrap", "google-bootstrap"];

test.each(layers)("%s with GitHub Actions", (name) => {
  const stack = github[name];
  if (stack === undefined) throw new Error(`there is no stack ${name}`);
  expect(readable(stack)).toMatchSnapshot();
});

test("a pipeline changes no stack but bootstrap", () => {
  const without = synthesizedStacks(inventoryOf(text), smallFacts);
  const changed = Object.keys(without).filter((name) => without[name]?.text !== github[name]?.text);
  expect(changed).toEqual(layers);
});

test("at AWS the roles trust subjects of GitLab: of the branch, and of merge requests from any branch", () => {
  const trust = bodies(gitlab, "aws-bootstrap", "aws_iam_role").map(
    ({ assume_role_policy: policy }) => JSON.parse(String(policy)).Statement[0].Condition,
  );
  const branches = "project_path:example-org/mirrors:ref_type:branch:ref:";
  expect(trust).toEqual([
    { StringEquals: { "gitlab.com:aud": "sts.amazonaws.com", "gitlab.com:sub": `${branches}main` } },
    { StringEquals: { "gitlab.com:aud": "sts.amazonaws.com" }, StringLike: { "gitlab.com:sub": `${branches}*` } },
  ]);
});

test("at Azure merge requests of GitLab have no identity", () => {
  const trusted = bodies(gitlab, "azure-bootstrap", "azurerm_federated_identity_credential");
  expect(trusted.map(({ issuer, subject }) => [issuer, subject])).toEqual([
    ["https://gitlab.com", "project_path:example-org/mirrors:ref_type:branch:ref:main"],
  ]);
});

test("at Google every merge request of the project is a principal of the pool for plans, and of no other", () => {
  const members = bodies(gitlab, "google-bootstrap", "google_service_account_iam_member").map(({ member }) =>
    String(member).replace(/\$\{[^}]*\.(deployer|previewer)[^}]*\}/, "$1"),
  );
  expect(members).toEqual([
    "principal://iam.googleapis.com/deployer/subject/project_path:example-org/mirrors:ref_type:branch:ref:main",
    "principalSet://iam.googleapis.com/previewer/*",
  ]);
});

test("without plans there is no identity for them", () => {
  const stacks = stacksOf("github: { repository: example-org/mirrors, plans: false }");
  for (const name of layers) expect(stacks[name]?.text).not.toMatch(/previewer|pull_request/);
});

test("nobody but people writes the state of bootstrap", () => {
  const [apply = {}] = bodies(github, "aws-bootstrap", "aws_iam_role_policy");
  expect(String(apply.policy)).not.toContain("aws-bootstrap");
  const [, write = {}] = bodies(github, "google-bootstrap", "google_storage_bucket_iam_member");
  expect(JSON.stringify(write.condition)).not.toContain("google-bootstrap");
  const [assigned = {}] = bodies(github, "azure-bootstrap", "azurerm_role_assignment");
  expect(assigned.condition).toContain("StringEquals 'azure-storage'");
  expect(assigned.condition).not.toContain("azure-bootstrap");
});
