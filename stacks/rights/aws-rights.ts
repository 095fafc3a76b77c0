import type { Rights, RightsTable } from "./rights";

const of = (service: string, read: readonly string[], change: readonly string[] = []): Rights => ({
  read: read.map((action) => `${service}:${action}`),
  change: change.map((action) => `${service}:${action}`),
});

/** API Gateway's actions are methods of HTTP. */
const gateway = of("apigateway", ["GET"], ["DELETE", "PATCH", "POST", "PUT", "TagResource", "UntagResource"]);

/** A service gets a role of ours. */
const withPassedRole = ({ read, change }: Rights): Rights => ({ read, change: [...change, "iam:PassRole"] });

/**
 * What Terraform's provider for AWS calls, by type of resource. The names are from the Service Authorization Reference; which of them a
 * resource needs is in the provider's source (`internal/service/<service>`). A bucket is read with all its settings, even those that other
 * resources set.
 */
export const awsRights: RightsTable = {
  aws_acm_certificate: of(
    "acm",
    ["DescribeCertificate", "ListTagsForCertificate"],
    [
      "AddTagsToCertificate",
      "DeleteCertificate",
      "RemoveTagsFromCertificate",
      "RequestCertificate",
      "UpdateCertificateOptions",
    ],
  ),
  aws_acm_certificate_validation: of("acm", ["DescribeCertificate"]),
  aws_apigatewayv2_api: gateway,
  aws_apigatewayv2_api_mapping: gateway,
  aws_apigatewayv2_domain_name: gateway,
  aws_apigatewayv2_integration: gateway,
  aws_apigatewayv2_route: gateway,
  aws_apigatewayv2_stage: gateway,
  aws_cloudfront_distribution: of(
    "cloudfront",
    ["GetDistribution", "ListTagsForResource"],
    [
      "CreateDistribution",
      "CreateDistributionWithTags",
      "DeleteDistribution",
      "TagResource",
      "UntagResource",
      "UpdateDistribution",
    ],
  ),
  aws_cloudfront_origin_access_control: of(
    "cloudfront",
    ["GetOriginAccessControl"],
    ["CreateOriginAccessControl", "DeleteOriginAccessControl", "UpdateOriginAccessControl"],
  ),
  aws_cloudtrail: of(
    "cloudtrail",
    ["DescribeTrails", "GetEventSelectors", "GetTrailStatus", "ListTags"],
    [
      "AddTags",
      "CreateTrail",
      "DeleteTrail",
      "PutEventSelectors",
      "RemoveTags",
      "StartLogging",
      "StopLogging",
      "UpdateTrail",
    ],
  ),
  aws_cloudwatch_log_group: of(
    "logs",
    ["DescribeLogGroups", "ListTagsForResource"],
    ["CreateLogGroup", "DeleteLogGroup", "DeleteRetentionPolicy", "PutRetentionPolicy", "TagResource", "UntagResource"],
  ),
  aws_ecr_lifecycle_policy: of("ecr", ["GetLifecyclePolicy"], ["DeleteLifecyclePolicy", "PutLifecyclePolicy"]),
  aws_ecr_repository: of(
    "ecr",
    ["DescribeRepositories", "ListTagsForResource"],
    [
      "CreateRepository",
      "DeleteRepository",
      "PutImageScanningConfiguration",
      "PutImageTagMutability",
      "TagResource",
      "UntagResource",
    ],
  ),
  aws_ecr_repository_policy: of("ecr", ["GetRepositoryPolicy"], ["DeleteRepositoryPolicy", "SetRepositoryPolicy"]),
  aws_ecrpublic_repository: of(
    "ecr-public",
    ["DescribeRepositories", "GetRepositoryCatalogData", "ListTagsForResource"],
    ["CreateRepository", "DeleteRepository", "PutRepositoryCatalogData", "TagResource", "UntagResource"],
  ),
  aws_iam_openid_connect_provider: of(
    "iam",
    ["GetOpenIDConnectProvider"],
    [
      "AddClientIDToOpenIDConnectProvider",
      "CreateOpenIDConnectProvider",
      "DeleteOpenIDConnectProvider",
      "RemoveClientIDFromOpenIDConnectProvider",
      "TagOpenIDConnectProvider",
      "UntagOpenIDConnectProvider",
      "UpdateOpenIDConnectProviderThumbprint",
    ],
  ),
  aws_iam_role: of(
    "iam",
    ["GetRole", "ListAttachedRolePolicies", "ListRolePolicies"],
    [
      "CreateRole",
      "DeleteRole",
      "ListInstanceProfilesForRole",
      "TagRole",
      "UntagRole",
      "UpdateAssumeRolePolicy",
      "UpdateRole",
      "UpdateRoleDescription",
    ],
  ),
  aws_iam_role_policy: of("iam", ["GetRolePolicy"], ["DeleteRolePolicy", "PutRolePolicy"]),
  aws_lambda_function: withPassedRole(
    of(
      "lambda",
      ["GetFunction", "GetFunctionCodeSigningConfig", "GetFunctionConfiguration", "ListVersionsByFunction"],
      [
        "CreateFunction",
        "DeleteFunction",
        "ListTags",
        "TagResource",
        "UntagResource",
        "UpdateFunctionCode",
        "UpdateFunctionConfiguration",
      ],
    ),
  ),
  aws_lambda_permission: of("lambda", ["GetPolicy"], ["AddPermission", "RemovePermission"]),
  aws_route53_record: of(
    "route53",
    ["GetHostedZone", "ListResourceRecordSets"],
    ["ChangeResourceRecordSets", "GetChange"],
  ),
  aws_route53_zone: of(
    "route53",
    ["GetHostedZone", "ListResourceRecordSets", "ListTagsForResource"],
    [
      "ChangeTagsForResource",
      "CreateHostedZone",
      "DeleteHostedZone",
      "GetChange",
      "GetDNSSEC",
      "UpdateHostedZoneComment",
    ],
  ),
  "data.aws_route53_zone": of("route53", [
    "GetHostedZone",
    "ListHostedZones",
    "ListHostedZonesByName",
    "ListResourceRecordSets",
    "ListTagsForResource",
  ]),
  aws_s3_bucket: of(
    "s3",
    [
      "GetAccelerateConfiguration",
      "GetBucketAcl",
      "GetBucketCORS",
      "GetBucketLocation",
      "GetBucketLogging",
      "GetBucketObjectLockConfiguration",
      "GetBucketPolicy",
      "GetBucketRequestPayment",
      "GetBucketTagging",
      "GetBucketVersioning",
      "GetBucketWebsite",
      "GetEncryptionConfiguration",
      "GetLifecycleConfiguration",
      "GetReplicationConfiguration",
      "ListBucket",
      "ListTagsForResource",
    ],
    ["CreateBucket", "DeleteBucket", "PutBucketTagging", "TagResource", "UntagResource"],
  ),
  aws_s3_bucket_lifecycle_configuration: of("s3", ["GetLifecycleConfiguration"], ["PutLifecycleConfiguration"]),
  aws_s3_bucket_ownership_controls: of("s3", ["GetBucketOwnershipControls"], ["PutBucketOwnershipControls"]),
  aws_s3_bucket_policy: of("s3", ["GetBucketPolicy"], ["DeleteBucketPolicy", "PutBucketPolicy"]),
  aws_s3_bucket_public_access_block: of("s3", ["GetBucketPublicAccessBlock"], ["PutBucketPublicAccessBlock"]),
  aws_s3_bucket_replication_configuration: withPassedRole(
    of("s3", ["GetReplicationConfiguration"], ["PutReplicationConfiguration"]),
  ),
  aws_s3_bucket_server_side_encryption_configuration: of(
    "s3",
    ["GetEncryptionConfiguration"],
    ["PutEncryptionConfiguration"],
  ),
  aws_s3_bucket_versioning: of("s3", ["GetBucketVersioning"], ["PutBucketVersioning"]),
  aws_s3_object: of(
    "s3",
    ["GetObject", "GetObjectTagging", "ListBucket"],
    [
      "DeleteObject",
      "DeleteObjectTagging",
      "DeleteObjectVersion",
      "ListBucketVersions",
      "PutObject",
      "PutObjectTagging",
    ],
  ),
};

/** What a bucket that may be destroyed with its content needs besides: only while its mirror is retired. */
export const emptyingActions: readonly string[] = [
  "s3:DeleteObject",
  "s3:DeleteObjectVersion",
  "s3:ListBucketVersions",
];
