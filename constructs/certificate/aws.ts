import { AcmCertificate } from "@cdktf/provider-aws/lib/acm-certificate";
import { AcmCertificateValidation } from "@cdktf/provider-aws/lib/acm-certificate-validation";
import { DataAwsRoute53Zone } from "@cdktf/provider-aws/lib/data-aws-route53-zone";
import { Route53Record } from "@cdktf/provider-aws/lib/route53-record";
import { Fn } from "cdktf";
import type { Construct } from "constructs";
import type { ValidationRecord } from "../../facts/deployed-facts";
import { Capability } from "../capability";

/** A hosted zone: by name, or by id if the account may have several zones of that name. */
export type AwsZone = { readonly name: string } | { readonly id: string };

/** Properties of `AwsCertificate`. */
export interface AwsCertificateProps {
  /** The host to certify. */
  readonly host: string;
  /** The regions that need the certificate, at least one: a certificate must be in the same region as its API. */
  readonly regions: readonly string[];
  /**
   * The hosted zone of the same account that gets the validation record.
   *
   * @default none: the certificate waits until another DNS provider publishes the record
   */
  readonly zone?: AwsZone | undefined;
}

/** Seconds. Only the certificate authority queries the record, and rarely. */
const validationTtl = 300;

/**
 * How long an apply waits for a record that another provider publishes. The first apply is expected to fail after this
 * time: Terraform keeps the output `validations` anyway, the DNS stacks publish it, and the next apply continues.
 */
const waitForOthers = "10m";

/**
 * One host's certificate in every region of the redirector. A single certificate for all hosts would be replaced whenever a
 * host is added, would let one host without validation block the others, and could have at most ten names (AWS Certificate
 * Manager User Guide, "Quotas").
 */
export class AwsCertificate extends Capability {
  readonly capability = "certificate" as const;
  readonly host: string;
  /** The record that proves control of the host, the same for all regions of the account. */
  readonly validation: ValidationRecord;
  readonly #arns: ReadonlyMap<string, string>;

  constructor(scope: Construct, id: string, { host, regions, zone }: AwsCertificateProps) {
    super(scope, id);
    this.host = host;
    const certificates = new Map(regions.map((region) => [region, this.#createCertificate(region)]));
    this.validation = validationRecord([...certificates.values()]);
    const record = zone && this.#createValidationRecord(zone);
    this.#arns = new Map(
      Array.from(certificates, ([region, certificate]) => [
        region,
        this.#createValidation(region, certificate, record),
      ]),
    );
  }

  /**
   * The ARN of the validated certificate in a region.
   *
   * @throws Error if the certificate is not in that region
   */
  arnIn(region: string): string {
    const arn = this.#arns.get(region);
    if (arn === undefined) throw new Error(`${this.host}: there is no certificate in ${region}`);
    return arn;
  }

  #createCertificate(region: string): AcmCertificate {
    return new AcmCertificate(this, `certificate-${region}`, {
      region,
      domainName: this.host,
      validationMethod: "DNS",
      lifecycle: { createBeforeDestroy: true },
    });
  }

  #createValidationRecord(zone: AwsZone): Route53Record {
    return new Route53Record(this, "validation", {
      zoneId: "id" in zone ? zone.id : this.#findZone(zone.name),
      name: this.validation.name,
      type: "CNAME",
      ttl: validationTtl,
      records: [this.validation.value],
      // The record is the same for the account's certificates in all regions (AWS Certificate Manager User Guide, "DNS
      // validation"), so reading it from another region's certificate must not replace it.
      lifecycle: { ignoreChanges: ["name", "records"] },
    });
  }

  #findZone(name: string): string {
    return new DataAwsRoute53Zone(this, "zone", { name, privateZone: false }).zoneId;
  }

  /** @returns the ARN of the certificate once it is validated */
  #createValidation(region: string, { arn }: AcmCertificate, record: Route53Record | undefined): string {
    return new AcmCertificateValidation(this, `validated-${region}`, {
      region,
      certificateArn: arn,
      ...(record ? { validationRecordFqdns: [record.fqdn] } : { timeouts: { create: waitForOthers } }),
    }).certificateArn;
  }
}

function validationRecord([certificate]: readonly AcmCertificate[]): ValidationRecord {
  if (certificate === undefined) throw new Error("a certificate needs a region");
  const record = certificate.domainValidationOptions.get(0);
  return {
    name: Fn.trimsuffix(record.resourceRecordName, "."),
    value: Fn.trimsuffix(record.resourceRecordValue, "."),
  };
}
