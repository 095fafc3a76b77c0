import { createHash } from "node:crypto";
import { CertificateManagerCertificate } from "@cdktf/provider-google/lib/certificate-manager-certificate";
import { CertificateManagerCertificateMap } from "@cdktf/provider-google/lib/certificate-manager-certificate-map";
import { CertificateManagerCertificateMapEntry } from "@cdktf/provider-google/lib/certificate-manager-certificate-map-entry";
import { CertificateManagerDnsAuthorization } from "@cdktf/provider-google/lib/certificate-manager-dns-authorization";
import { DnsRecordSet } from "@cdktf/provider-google/lib/dns-record-set";
import { Fn, type ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { ValidationRecord } from "../../facts/deployed-facts";

/** What `GoogleCertificates` are made from. */
export interface GoogleCertificatesProps {
  /** The certificate map's name. */
  readonly name: string;
  /** The hosts, without final dots. */
  readonly hosts: readonly string[];
  /** The managed zone of this project that gets the validation records. @default none: the zone is published elsewhere */
  readonly managedZone?: string | undefined;
  /** The APIs that must be enabled first. */
  readonly services: readonly ITerraformDependable[];
}

/** Seconds. Google asks for the record again at every renewal, so that it changes only with its authorization. */
const VALIDATION_TTL = 300;

/**
 * A certificate for each host, proved by DNS: it is issued before the load balancer has any traffic. A certificate map
 * is the one way to give them to a global load balancer without its limit of 15 certificates (Certificate Manager,
 * "How it works"; target proxies take a map for EXTERNAL_MANAGED).
 */
export class GoogleCertificates extends Construct {
  /** The map, as a target proxy names it. */
  readonly map: string;
  /** By host: the CNAME that proves it to be ours. */
  readonly validations: Readonly<Record<string, ValidationRecord>>;

  constructor(scope: Construct, id: string, { name, hosts, managedZone, services }: GoogleCertificatesProps) {
    super(scope, id);
    const map = new CertificateManagerCertificateMap(this, "map", { name, dependsOn: [...services] });
    this.validations = Object.fromEntries(
      hosts.map((host) => {
        const authorization = this.authorize(host, services);
        if (managedZone !== undefined) this.prove(host, authorization, managedZone);
        this.certify(host, authorization, map);
        return [host, validation(authorization)];
      }),
    );
    this.map = `//certificatemanager.googleapis.com/${map.id}`;
  }

  private authorize(host: string, services: readonly ITerraformDependable[]): CertificateManagerDnsAuthorization {
    return new CertificateManagerDnsAuthorization(this, `authorization-${host}`, {
      name: certificateName(host),
      domain: host,
      dependsOn: [...services],
    });
  }

  private prove(host: string, authorization: CertificateManagerDnsAuthorization, managedZone: string): void {
    const { name, type, data } = authorization.dnsResourceRecord.get(0);
    new DnsRecordSet(this, `validation-${host}`, { managedZone, name, type, ttl: VALIDATION_TTL, rrdatas: [data] });
  }

  private certify(
    host: string,
    authorization: CertificateManagerDnsAuthorization,
    map: CertificateManagerCertificateMap,
  ): void {
    const certificate = new CertificateManagerCertificate(this, `certificate-${host}`, {
      name: certificateName(host),
      managed: { domains: [host], dnsAuthorizations: [authorization.id] },
    });
    new CertificateManagerCertificateMapEntry(this, `entry-${host}`, {
      name: certificateName(host),
      map: map.name,
      hostname: host,
      certificates: [certificate.id],
    });
  }
}

/**
 * A host's name where Certificate Manager takes letters, digits and hyphens only, at most 63 (Certificate Manager,
 * naming). With eight digits of the host's SHA-256, as `a.b.example.org` and `a-b.example.org` would be one otherwise.
 */
export function certificateName(host: string): string {
  const digits = createHash("sha256").update(host).digest("hex").slice(0, 8);
  return `host-${host.replaceAll(".", "-").slice(0, 49)}-${digits}`;
}

/** Google writes names with a final dot, facts are without. */
function validation(authorization: CertificateManagerDnsAuthorization): ValidationRecord {
  const { name, data } = authorization.dnsResourceRecord.get(0);
  return { name: Fn.trimsuffix(name, "."), value: Fn.trimsuffix(data, ".") };
}
