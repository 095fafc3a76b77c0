import type { Rule } from "./rule";
import { awsRegistryRegion } from "./rules/aws-registry-region";
import { awsStateRegion } from "./rules/aws-state-region";
import { azureRegistryHome } from "./rules/azure-registry-home";
import { azureTooManyCopies } from "./rules/azure-too-many-copies";
import { creditsEnded } from "./rules/credits-ended";
import { dnsExistingZone } from "./rules/dns-existing-zone";
import { dnsNothingToPublish } from "./rules/dns-nothing-to-publish";
import { dnsUnknownProvider } from "./rules/dns-unknown-provider";
import { dnsUnpublished } from "./rules/dns-unpublished";
import { dnsUnsupportedCloud } from "./rules/dns-unsupported-cloud";
import { hostOutsideZone } from "./rules/host-outside-zone";
import { hostPathHidden } from "./rules/host-path-hidden";
import { hostReserved } from "./rules/host-reserved";
import { hostServesNothing } from "./rules/host-serves-nothing";
import { hostTooLong } from "./rules/host-too-long";
import { hostUnknownMetadata } from "./rules/host-unknown-metadata";
import { hostWithoutFiles } from "./rules/host-without-files";
import { infrastructureBranchAndEnvironment } from "./rules/infrastructure-branch-and-environment";
import { infrastructureTwoForges } from "./rules/infrastructure-two-forges";
import { listRepeated } from "./rules/list-repeated";
import { mirrorCompleteTooSoon } from "./rules/mirror-complete-too-soon";
import { mirrorHoldsNothing } from "./rules/mirror-holds-nothing";
import { mirrorImmutableTags } from "./rules/mirror-immutable-tags";
import { mirrorOwnHost } from "./rules/mirror-own-host";
import { mirrorPartition } from "./rules/mirror-partition";
import { mirrorPrivateHost } from "./rules/mirror-private-host";
import { mirrorPushElsewhere } from "./rules/mirror-push-elsewhere";
import { mirrorPushTarget } from "./rules/mirror-push-target";
import { mirrorRegistryOnly } from "./rules/mirror-registry-only";
import { mirrorRegistryToken } from "./rules/mirror-registry-token";
import { mirrorRegistryUrl } from "./rules/mirror-registry-url";
import { mirrorServesOverlap } from "./rules/mirror-serves-overlap";
import { mirrorServesUnknownRegion } from "./rules/mirror-serves-unknown-region";
import { mirrorTrustedInVain } from "./rules/mirror-trusted-in-vain";
import { mirrorUnknownRegion } from "./rules/mirror-unknown-region";
import { mirrorUrlTemplate } from "./rules/mirror-url-template";
import { mirrorWithdrawalImmutable } from "./rules/mirror-withdrawal-immutable";
import { mirrorWithdrawalInVain } from "./rules/mirror-withdrawal-in-vain";
import { nameAwsBucket } from "./rules/name-aws-bucket";
import { nameCollision } from "./rules/name-collision";
import { nameContainerRegistry } from "./rules/name-container-registry";
import { nameGoogleBucket } from "./rules/name-google-bucket";
import { nameStorageAccount } from "./rules/name-storage-account";
import { networkBadPrefix } from "./rules/network-bad-prefix";
import { networkBadUrl } from "./rules/network-bad-url";
import { networkFeedTaken } from "./rules/network-feed-taken";
import { networkInsideUnclaimed } from "./rules/network-inside-unclaimed";
import { networkReservedAsn } from "./rules/network-reserved-asn";
import { networkSpecialPurpose } from "./rules/network-special-purpose";
import { networkTooShort } from "./rules/network-too-short";
import { networkUnknownRegion } from "./rules/network-unknown-region";
import { originAvoids } from "./rules/origin-avoids";
import { originCannotServe } from "./rules/origin-cannot-serve";
import { originNotActive } from "./rules/origin-not-active";
import { originUnknown } from "./rules/origin-unknown";
import { projectOwnHost } from "./rules/project-own-host";
import { promotionBranchAndEnvironment } from "./rules/promotion-branch-and-environment";
import { promotionCloudRun } from "./rules/promotion-cloud-run";
import { promotionMutableEverything } from "./rules/promotion-mutable-everything";
import { promotionMutableImmutable } from "./rules/promotion-mutable-immutable";
import { promotionMutableTooMany } from "./rules/promotion-mutable-too-many";
import { promotionOriginUnfilled } from "./rules/promotion-origin-unfilled";
import { promotionPathTaken } from "./rules/promotion-path-taken";
import { promotionRequireTooMany } from "./rules/promotion-require-too-many";
import { promotionReservedFolder } from "./rules/promotion-reserved-folder";
import { promotionUnfilledMirror } from "./rules/promotion-unfilled-mirror";
import { promotionUnknownMirror } from "./rules/promotion-unknown-mirror";
import { providerClaimedTwice } from "./rules/provider-claimed-twice";
import { providerEmptiedInUse } from "./rules/provider-emptied-in-use";
import { providerNoMirrors } from "./rules/provider-no-mirrors";
import { providerNoPrimary } from "./rules/provider-no-primary";
import { providerPrimary } from "./rules/provider-primary";
import { providerReserved } from "./rules/provider-reserved";
import { redirectorCanaryNowhere } from "./rules/redirector-canary-nowhere";
import { redirectorImageMissing } from "./rules/redirector-image-missing";
import { redirectorImageStandIn } from "./rules/redirector-image-stand-in";
import { redirectorNowhereToRun } from "./rules/redirector-nowhere-to-run";
import { redirectorUnknownProvider } from "./rules/redirector-unknown-provider";
import { redirectorUnknownRegion } from "./rules/redirector-unknown-region";
import { redirectorUnsupportedCloud } from "./rules/redirector-unsupported-cloud";
import { stagingHoldsNothing } from "./rules/staging-holds-nothing";
import { stagingNotPromoted } from "./rules/staging-not-promoted";
import { stagingRepositories } from "./rules/staging-repositories";
import { stagingUnknownProvider } from "./rules/staging-unknown-provider";
import { stagingUnknownRegion } from "./rules/staging-unknown-region";
import { stagingWriter } from "./rules/staging-writer";

/** Cross-field rules. Their order does not matter: problems are sorted by place. */
export const crossFieldRules: readonly Rule[] = [
  awsRegistryRegion,
  awsStateRegion,
  azureRegistryHome,
  azureTooManyCopies,
  creditsEnded,
  dnsExistingZone,
  dnsNothingToPublish,
  dnsUnknownProvider,
  dnsUnpublished,
  dnsUnsupportedCloud,
  hostOutsideZone,
  hostPathHidden,
  hostReserved,
  hostServesNothing,
  hostTooLong,
  hostUnknownMetadata,
  hostWithoutFiles,
  infrastructureBranchAndEnvironment,
  infrastructureTwoForges,
  listRepeated,
  mirrorCompleteTooSoon,
  mirrorHoldsNothing,
  mirrorImmutableTags,
  mirrorOwnHost,
  mirrorPartition,
  mirrorPrivateHost,
  mirrorPushElsewhere,
  mirrorPushTarget,
  mirrorRegistryOnly,
  mirrorRegistryToken,
  mirrorRegistryUrl,
  mirrorServesOverlap,
  mirrorServesUnknownRegion,
  mirrorTrustedInVain,
  mirrorUnknownRegion,
  mirrorUrlTemplate,
  mirrorWithdrawalImmutable,
  mirrorWithdrawalInVain,
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
  promotionBranchAndEnvironment,
  promotionCloudRun,
  promotionMutableEverything,
  promotionMutableImmutable,
  promotionMutableTooMany,
  promotionOriginUnfilled,
  promotionPathTaken,
  promotionRequireTooMany,
  promotionReservedFolder,
  promotionUnfilledMirror,
  promotionUnknownMirror,
  providerClaimedTwice,
  providerEmptiedInUse,
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
  stagingHoldsNothing,
  stagingNotPromoted,
  stagingRepositories,
  stagingUnknownProvider,
  stagingUnknownRegion,
  stagingWriter,
];
