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

type Statement = Readonly<{ Effect: string; Action?: string[]; NotAction?: string[]; Resource: string[] }>;

const policiesOf = (stacks: typeof github, role: string): Statement[][] =>
  bodies(stacks, "aws-bootstrap", "aws_iam_role_policy")
    .filter((body) => String(body.role).includes(role))
    .map(({ policy }) => JSON.parse(String(policy)).Statement);

test("at AWS no action has a wildcard, and roles and objects are named", () => {
  const statements = [...policiesOf(github, "deployer"), ...policiesOf(github, "previewer")].flat();
  const allowed = statements.filter(({ Effect }) => Effect === "Allow");
  expect(allowed.flatMap(({ Action = [] }) => Action).filter((action) => action.includes("*"))).toEqual([]);
  const everywhere = allowed.filter(({ Resource }) => Resource.includes("*")).flatMap(({ Action = [] }) => Action);
  expect(everywhere.filter((action) => /^iam:|^s3:(Get|Put|Delete)Object/.test(action))).toEqual([]);
  const roles = allowed
    .filter(({ Action = [] }) => Action.includes("iam:PutRolePolicy"))
    .flatMap((each) => each.Resource);
  expect(roles).toEqual([
    "arn:aws:iam::123456789012:role/artifacts-aws-redirector-*",
    "arn:aws:iam::123456789012:role/artifacts-aws-replication",
  ]);
});

test("at AWS the previewer only reads, and the deployer changes no bucket of bootstrap, only its states", () => {
  const verbs = policiesOf(github, "previewer").flatMap((each) => each.flatMap(({ Action = [] }) => Action));
  expect(verbs.filter((action) => !/:(Get|List|Describe|GET)/.test(action))).toEqual([]);
  const denied = policiesOf(github, "deployer").flatMap((each) => each.filter(({ Effect }) => Effect === "Deny"));
  const bucket = (name: string) => [`arn:aws:s3:::${name}`, `arn:aws:s3:::${name}/*`];
  expect(denied).toEqual([
    {
      Effect: "Deny",
      NotAction: ["s3:DeleteObject", "s3:GetObject", "s3:ListBucket", "s3:PutObject"],
      Resource: bucket("artifacts-aws-terraform-state"),
    },
    { Effect: "Deny", NotAction: ["s3:ListBucket"], Resource: bucket("artifacts-aws-audit-log") },
  ]);
});

test.each([
  ["small", github],
  [
    "promotion",
    synthesizedStacks(
      inventoryOf(
        `${fixture("promotion")}\ninfrastructure: { runs-in: { github: { repository: example-org/mirrors } } }\n`,
      ),
      {},
    ),
  ],
])("at AWS the policies of a role have at most 10,240 characters: %s", (_, stacks) => {
  for (const role of ["deployer", "previewer"]) {
    const sizes = policiesOf(stacks, role).map((each) => JSON.stringify(each).length);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(9_000);
  }
});

test("nobody but people writes the state of bootstrap", () => {
  const [apply = {}] = bodies(github, "aws-bootstrap", "aws_iam_role_policy");
  expect(String(apply.policy)).not.toContain("aws-bootstrap");
  const [, write = {}] = bodies(github, "google-bootstrap", "google_storage_bucket_iam_member");
  expect(JSON.stringify(write.condition)).not.toContain("google-bootstrap");
  const [assigned = {}] = bodies(github, "azure-bootstrap", "azurerm_role_assignment").filter(
    ({ condition }) => condition !== undefined,
  );
  expect(assigned.condition).toContain("StringEquals 'azure-storage'");
  expect(assigned.condition).not.toContain("azure-bootstrap");
});
