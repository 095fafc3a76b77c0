import type { Construct } from "constructs";
import { Capability } from "../capability";
import { createPrivateAwsBucket } from "../foundation/create-private-aws-bucket";
import { stateHistoryDays } from "./state-history";

/** Properties of `AwsState`. */
export interface AwsStateProps {
  /** The bucket's name, globally unique. */
  readonly name: string;
  /** The bucket's region. */
  readonly region: string;
}

/**
 * The bucket for the states of an account's stacks: versioned, encrypted, private, TLS only. Terraform locks a state with a file beside it,
 * which S3 creates only if it is not there (Terraform, "S3 backend": `use_lockfile`), so there is no table for locks.
 */
export class AwsState extends Capability {
  readonly capability = "state" as const;

  constructor(scope: Construct, id: string, { name, region }: AwsStateProps) {
    super(scope, id);
    const bucket = `arn:aws:s3:::${name}`;
    // States hold no secrets: every identity is federated. So S3's own keys suffice.
    createPrivateAwsBucket(this, {
      name,
      region,
      expiry: { noncurrentVersionExpiration: [{ noncurrentDays: stateHistoryDays }] },
      preventDestroy: true,
      statements: [
        // Nobody deletes the bucket or an old state, unless they first change this policy. Lifecycle rules are not subject to it.
        {
          Sid: "KeepHistory",
          Effect: "Deny",
          Principal: "*",
          Action: ["s3:DeleteBucket", "s3:DeleteObjectVersion"],
          Resource: [bucket, `${bucket}/*`],
        },
      ],
    });
  }
}
