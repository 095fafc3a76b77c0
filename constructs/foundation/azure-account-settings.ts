/** The settings of every storage account: one copy, TLS only, and only identities of Entra, no keys, local users or other tenants. */
export const azureAccountSettings = {
  accountKind: "StorageV2",
  accountTier: "Standard",
  // Mirrors are copies of the origin, and staging is published again if lost: a second copy in the region would only cost money.
  accountReplicationType: "LRS",
  minTlsVersion: "TLS1_2",
  httpsTrafficOnlyEnabled: true,
  sharedAccessKeyEnabled: false,
  defaultToOauthAuthentication: true,
  localUserEnabled: false,
  crossTenantReplicationEnabled: false,
} as const;
