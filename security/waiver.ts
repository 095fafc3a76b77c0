/** A finding of Checkov that stays, with the reason. */
export interface Waiver {
  /** The ids of Checkov's checks. */
  readonly ids: readonly string[];
  /** The resources that they may fail on: `<provider key>-<layer>/<type>.<name>`, where `*` stands for any characters. */
  readonly resources: readonly string[];
  readonly reason: string;
}

/** A finding of Checkov. */
export interface Finding {
  /** The id of the check. */
  readonly id: string;
  /** What the check requires. */
  readonly title: string;
  /** The stack and the address: `aws-storage/aws_s3_bucket.bucket-us-east-1_bucket_840C503A`. */
  readonly resource: string;
}
