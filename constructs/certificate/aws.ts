import { AcmCertificate } from "@cdktf/provider-aws/lib/acm-certificate";
import { AcmCertificateValidation } from "@cdktf/provider-aws/lib/acm-certificate-validation";
import { DataAwsRoute53Zone } from "@cdktf/provider-aws/lib/data-aws-route53-zone";
import { Route53Record } from "@cdktf/provider-aws/lib/route53-record";
import { Fn } from "cdktf";
import type { Construct } from "constructs";
import type { ValidationRecord } from "../../facts/deployed-facts";
import { Capability } from "../capability";

/** A hosted zone: by its name, or by its id where the account may have another of that name. */
export type AwsZone = { readonly name: string } | { readonly id: string };

/** What an `AwsCertificate` is made from. */
export interface AwsCertificateProps {
  /** The host to certify. */
  readonly host: string;
  /** The regions that need the certificate, at least one: an API's certificate must be in the API's region. */
  readonly regions: readonly string[];
  /**
   * The hosted zone of the same account in which the validation record is written.
   *
   * @default none: the certificate waits until another DNS provider publishes the record
   */
  readonly zone?: AwsZone | undefined;
}

/** Seconds; nobody but the certificate authority asks, and seldom. */
const validationTtl = 300;

/**
 * How long an apply waits for a record that another provider publishes. The first one is meant to end here: Terraform keeps
 * the output `validations` all the same, the DNS stacks publish what it says, and the next apply goes on.
 */
const waitForOthers = "10m";

/**
 * One host's certificate in every region of the redirector. One certificate for all hosts would be made anew with every
 * host, would let a host that is not validated yet hold up the others, and may not have more than ten names (AWS
 * Certificate Manager User Guide, "Quotas").
 */
export class AwsCertificate extends Capability {
  readonly capability = "certificate" as const;
  readonly host: string;
  /** What proves the host to be ours: the same record for all regions of the account. */
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
   * @throws Error where the certificate is not in that region
   */
  arnIn(region: string): string {
    const arn = this.#arns.get(region);
    if (arn === undefined) throw new Error(`${this.host}: no certificate was asked for in ${region}`);
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
      // validation"): to be read from another region's must not replace it.
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
  if (certificate === undefined) throw new Error("a certificate needs a region to be in");
  const record = certificate.domainValidationOptions.get(0);
  return {
    name: Fn.trimsuffix(record.resourceRecordName, "."),
    value: Fn.trimsuffix(record.resourceRecordValue, "."),
  };
}
