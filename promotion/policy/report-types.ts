/** The predicate types of SBOMs: SPDX (spdx.dev/Document/v2.3 as well), and CycloneDX (in-toto attestation framework, "Predicates"). */
export const sbomPredicate = /^https:\/\/(spdx\.dev\/Document|cyclonedx\.org\/bom)(\/v?[0-9.]+)?$/;

/** The media types of SBOMs that are attached as they are (IANA; sigstore/cosign, specs/SBOM_SPEC.md; OCI artifacts of ORAS and Syft). */
export const sbomType = /^(application\/spdx\+json|application\/vnd\.cyclonedx\+(json|xml)|text\/spdx(\+(json|xml))?)$/;

/** The predicate types of reports about vulnerabilities (sigstore/cosign, specs/COSIGN_VULN_ATTESTATION_SPEC.md; in-toto, "vulns"). */
export const vulnerabilityPredicate =
  /^https:\/\/(cosign\.sigstore\.dev\/attestation\/vuln\/v1|in-toto\.io\/attestation\/vulns\/v0\.[12])$/;

/** What a report of OSV-Scanner is attached as. There is no registered type. */
export const osvType = /^application\/(vnd\.)?osv\+json$/;
