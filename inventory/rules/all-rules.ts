import { awsRegistryRegion } from "./aws-registry-region";
import { awsStateRegion } from "./aws-state-region";
import { azureRegistryHome } from "./azure-registry-home";
import { azureTooManyCopies } from "./azure-too-many-copies";
import { creditsEnded } from "./credits-ended";
import { deployedFactsRules } from "./deployed-facts-rules";
import { dnsExistingZone } from "./dns-existing-zone";
import { dnsNothingToPublish } from "./dns-nothing-to-publish";
import { dnsUnknownProvider } from "./dns-unknown-provider";
import { dnsUnpublished } from "./dns-unpublished";
import { dnsUnsupportedCloud } from "./dns-unsupported-cloud";
import { hostOutsideZone } from "./host-outside-zone";
import { hostPathHidden } from "./host-path-hidden";
import { hostReserved } from "./host-reserved";
import { hostServesNothing } from "./host-serves-nothing";
import { hostTooLong } from "./host-too-long";
import { hostUnknownMetadata } from "./host-unknown-metadata";
import { hostWithoutFiles } from "./host-without-files";
import { listRepeated } from "./list-repeated";
import { mirrorHoldsNothing } from "./mirror-holds-nothing";
import { mirrorImmutableTags } from "./mirror-immutable-tags";
import { mirrorOwnHost } from "./mirror-own-host";
import { mirrorPartition } from "./mirror-partition";
import { mirrorPrivateHost } from "./mirror-private-host";
import { mirrorRegistryOnly } from "./mirror-registry-only";
import { mirrorRegistryToken } from "./mirror-registry-token";
import { mirrorRegistryUrl } from "./mirror-registry-url";
import { mirrorServesOverlap } from "./mirror-serves-overlap";
import { mirrorServesUnknownRegion } from "./mirror-serves-unknown-region";
import { mirrorTrustedInVain } from "./mirror-trusted-in-vain";
import { mirrorUnknownRegion } from "./mirror-unknown-region";
import { mirrorUrlTemplate } from "./mirror-url-template";
import { nameAwsBucket } from "./name-aws-bucket";
import { nameCollision } from "./name-collision";
import { nameContainerRegistry } from "./name-container-registry";
import { nameGoogleBucket } from "./name-google-bucket";
import { nameStorageAccount } from "./name-storage-account";
import { networkBadPrefix } from "./network-bad-prefix";
import { networkBadUrl } from "./network-bad-url";
import { networkFeedTaken } from "./network-feed-taken";
import { networkInsideUnclaimed } from "./network-inside-unclaimed";
import { networkReservedAsn } from "./network-reserved-asn";
import { networkSpecialPurpose } from "./network-special-purpose";
import { networkTooShort } from "./network-too-short";
import { networkUnknownRegion } from "./network-unknown-region";
import { originAvoids } from "./origin-avoids";
import { originCannotServe } from "./origin-cannot-serve";
import { originNotActive } from "./origin-not-active";
import { originUnknown } from "./origin-unknown";
import { projectOwnHost } from "./project-own-host";
import { projectRules } from "./project-rules";
import { providerClaimedTwice } from "./provider-claimed-twice";
import { providerNoMirrors } from "./provider-no-mirrors";
import { providerNoPrimary } from "./provider-no-primary";
import { providerPrimary } from "./provider-primary";
import { providerReserved } from "./provider-reserved";
import { readingRules } from "./reading-rules";
import { redirectorCanaryNowhere } from "./redirector-canary-nowhere";
import { redirectorImageMissing } from "./redirector-image-missing";
import { redirectorImageStandIn } from "./redirector-image-stand-in";
import { redirectorNowhereToRun } from "./redirector-nowhere-to-run";
import { redirectorUnknownProvider } from "./redirector-unknown-provider";
import { redirectorUnknownRegion } from "./redirector-unknown-region";
import { redirectorUnsupportedCloud } from "./redirector-unsupported-cloud";
import type { Rule, RuleEntry } from "./rule";

/** The rules about what several values say together. Their order means nothing: problems are sorted by place. */
export const crossFieldRules: readonly Rule[] = [
  awsRegistryRegion,
  awsStateRegion,
  azureRegistryHome,
  azureTooManyCopies,
  creditsEnded,
  dnsExistingZone,
  dnsNothingToPublish,
  dnsUnknownProvider,
  dnsUnsupportedCloud,
  dnsUnpublished,
  hostOutsideZone,
  hostPathHidden,
  hostReserved,
  hostServesNothing,
  hostTooLong,
  hostUnknownMetadata,
  hostWithoutFiles,
  listRepeated,
  mirrorHoldsNothing,
  mirrorImmutableTags,
  mirrorOwnHost,
  mirrorPartition,
  mirrorPrivateHost,
  mirrorRegistryOnly,
  mirrorRegistryToken,
  mirrorRegistryUrl,
  mirrorServesOverlap,
  mirrorServesUnknownRegion,
  mirrorTrustedInVain,
  mirrorUnknownRegion,
  mirrorUrlTemplate,
  nameAwsBucket,
  nameCollision,
  nameContainerRegistry,
  nameGoogleBucket,
  nameStorageAccount,
  networkBadPrefix,
  networkBadUrl,
  networkFeedTaken,
  networkInsideUnclaimed,
  networkReservedAsn,
  networkSpecialPurpose,
  networkTooShort,
  networkUnknownRegion,
  originAvoids,
  originCannotServe,
  originNotActive,
  originUnknown,
  projectOwnHost,
  providerClaimedTwice,
  providerNoMirrors,
  providerNoPrimary,
  providerPrimary,
  providerReserved,
  redirectorCanaryNowhere,
  redirectorImageMissing,
  redirectorImageStandIn,
  redirectorNowhereToRun,
  redirectorUnknownProvider,
  redirectorUnknownRegion,
  redirectorUnsupportedCloud,
];

/** Every rule there is, by id: those of the reader, those about several values, those of deployed facts, and those of a project as a whole. */
export const allRules: readonly RuleEntry[] = [
  ...readingRules.map((rule) => ({ ...rule, severity: "error" as const })),
  ...crossFieldRules,
  ...Object.values(deployedFactsRules),
  ...Object.values(projectRules),
].sort((a, b) => (a.id < b.id ? -1 : 1));
