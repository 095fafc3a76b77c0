import { createHash } from "node:crypto";
import { CertificateManagerCertificate } from "@cdktf/provider-google/lib/certificate-manager-certificate";
import { CertificateManagerDnsAuthorization } from "@cdktf/provider-google/lib/certificate-manager-dns-authorization";
import { DnsRecordSet } from "@cdktf/provider-google/lib/dns-record-set";
import { Fn, type ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import type { ValidationRecord } from "../../facts/deployed-facts";
import { Capability } from "../capability";

/** Properties of `GoogleCertificate`. */
export interface GoogleCertificateProps {
  /** The host to certify, without a final dot. */
  readonly host: string;
  /** The managed zone of this project that gets the validation record. @default none: the zone is published elsewhere */
  readonly managedZone?: string | undefined;
  /** The APIs that must be enabled first. @default none */
  readonly services?: readonly ITerraformDependable[];
}

/** Seconds. Google queries the record again at every renewal; it changes only with its authorization. */
const validationTtl = 300;

/** One host's certificate, validated by DNS, so it is issued before the load balancer receives traffic. */
export class GoogleCertificate extends Capability {
  readonly capability = "certificate" as const;
  readonly host: string;
  /** The certificate's id. */
  readonly certificate: string;
  /** The record that proves control of the host. */
  readonly validation: ValidationRecord;

  constructor(scope: Construct, id: string, { host, managedZone, services = [] }: GoogleCertificateProps) {
    super(scope, id);
    this.host = host;
    const authorization = this.#createAuthorization(services);
    if (managedZone !== undefined) this.#createValidationRecord(authorization, managedZone);
    this.certificate = this.#createCertificate(authorization).id;
    this.validation = validationRecord(authorization);
  }

  #createAuthorization(services: readonly ITerraformDependable[]): CertificateManagerDnsAuthorization {
    return new CertificateManagerDnsAuthorization(this, "authorization", {
      name: certificateName(this.host),
      domain: this.host,
      dependsOn: [...services],
    });
  }

  #createValidationRecord(authorization: CertificateManagerDnsAuthorization, managedZone: string): void {
    const { name, type, data } = authorization.dnsResourceRecord.get(0);
    new DnsRecordSet(this, "validation", { managedZone, name, type, ttl: validationTtl, rrdatas: [data] });
  }

  #createCertificate(authorization: CertificateManagerDnsAuthorization): CertificateManagerCertificate {
    return new CertificateManagerCertificate(this, "certificate", {
      name: certificateName(this.host),
      managed: { domains: [this.host], dnsAuthorizations: [authorization.id] },
    });
  }
}

/**
 * The name of a host's resources in Certificate Manager, which accepts at most 63 letters, digits and hyphens (Certificate
 * Manager, naming). It ends with eight digits of the host's SHA-256: otherwise `a.b.example.org` and `a-b.example.org`
 * would have the same name.
 */
export function certificateName(host: string): string {
  const digits = createHash("sha256").update(host).digest("hex").slice(0, 8);
  return `host-${host.replaceAll(".", "-").slice(0, 49)}-${digits}`;
}

/** Google's names end with a dot; deployed facts do not. */
function validationRecord(authorization: CertificateManagerDnsAuthorization): ValidationRecord {
  const { name, data } = authorization.dnsResourceRecord.get(0);
  return { name: Fn.trimsuffix(name, "."), value: Fn.trimsuffix(data, ".") };
}
