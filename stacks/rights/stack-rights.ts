import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { AzurermProvider } from "@cdktf/provider-azurerm/lib/provider";
import { StorageBucket } from "@cdktf/provider-google/lib/storage-bucket";
import { TerraformDataSource, TerraformResource, type TerraformStack } from "cdktf";
import type { CloudProvider } from "../../inventory/inventory";
import { awsRights, emptyingActions } from "./aws-rights";
import { azureRights, registrationRights } from "./azure-rights";
import { googleRights } from "./google-rights";
import type { Rights, RightsTable } from "./rights";

/** The rights that one stack needs. */
export interface StackRights extends Rights {
  /** The stack's name. */
  readonly stack: string;
  readonly cloud: CloudProvider["cloud"];
  /** At AWS: the names of the roles that it manages or grants something, sorted. */
  readonly roles: readonly string[];
  /** The names of the buckets whose objects it manages, sorted. */
  readonly buckets: readonly string[];
}

const tables: Readonly<Record<CloudProvider["cloud"], RightsTable>> = {
  aws: awsRights,
  google: googleRights,
  azure: azureRights,
};

/**
 * The rights that a stack needs, from the types of its resources: sorted, each once, and `change` without what `read` has.
 *
 * @throws Error for a type that is in no table
 */
export function stackRights(stack: TerraformStack, cloud: CloudProvider["cloud"]): StackRights {
  const nodes = stack.node.findAll();
  const resources = nodes.filter((node) => TerraformResource.isTerraformResource(node));
  const needed = [
    ...resources.map((resource) => rightsOf(cloud, resource.terraformResourceType)),
    ...nodes
      .filter((node) => TerraformDataSource.isTerraformDataSource(node))
      .map((source) => rightsOf(cloud, `data.${source.terraformResourceType.replace(/^data\./, "")}`)),
    ...nodes.flatMap((node) =>
      node instanceof AzurermProvider ? [registrationRights(node.resourceProvidersToRegister ?? [])] : [],
    ),
    ...(cloud === "aws" && resources.some(isEmptied) ? [{ read: [], change: emptyingActions }] : []),
  ];
  const read = sortedOnce(needed.flatMap((each) => each.read));
  const change = sortedOnce(needed.flatMap((each) => each.change)).filter((right) => !read.includes(right));
  return { stack: stack.node.id, cloud, read, change, roles: rolesOf(resources), buckets: bucketsOf(resources) };
}

function rightsOf(cloud: CloudProvider["cloud"], type: string): Rights {
  const rights = tables[cloud][type];
  if (rights === undefined) throw new Error(`stacks/rights/${cloud}-rights.ts does not say what ${type} needs`);
  return rights;
}

function isEmptied(resource: TerraformResource): boolean {
  return "forceDestroyInput" in resource && resource.forceDestroyInput === true;
}

/** Names that other resources compute are left out: then the role itself is among the resources. */
function rolesOf(resources: readonly TerraformResource[]): string[] {
  const names = resources.flatMap((resource) => {
    const { terraformResourceType: type } = resource;
    if (type === "aws_iam_role" && "nameInput" in resource) return [String(resource.nameInput)];
    if (type === "aws_iam_role_policy" && "roleInput" in resource) return [String(resource.roleInput)];
    return [];
  });
  return sortedOnce(names.filter((name) => /^[A-Za-z0-9+=,.@_-]+$/.test(name)));
}

/** Those of a stack that writes objects, and those that may be destroyed with what is in them. */
function bucketsOf(resources: readonly TerraformResource[]): string[] {
  const writes = resources.some(({ terraformResourceType: type }) => objectTypes.includes(type));
  return sortedOnce(
    resources.flatMap((resource) => {
      const name = bucketNameOf(resource);
      return name !== undefined && (writes || isEmptied(resource)) ? [name] : [];
    }),
  );
}

const objectTypes = ["aws_s3_object", "google_storage_bucket_object"];

function bucketNameOf(resource: TerraformResource): string | undefined {
  if (resource instanceof S3Bucket) return resource.bucketInput;
  return resource instanceof StorageBucket ? resource.nameInput : undefined;
}

function sortedOnce(rights: readonly string[]): string[] {
  return [...new Set(rights)].sort();
}
