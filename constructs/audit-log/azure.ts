import { LogAnalyticsWorkspace } from "@cdktf/provider-azurerm/lib/log-analytics-workspace";
import { MonitorDiagnosticSetting } from "@cdktf/provider-azurerm/lib/monitor-diagnostic-setting";
import type { Construct } from "constructs";
import { Capability } from "../capability";
import { auditLogDays } from "./audit-log-days";

/** Properties of `AzureAuditLog`. */
export interface AzureAuditLogProps {
  /** The name of the workspace, 4 to 63 characters, and of the settings. */
  readonly name: string;
  /** The workspace's region. */
  readonly region: string;
  /** The resource group's name. */
  readonly resourceGroup: string;
  /** The workspace's tags. */
  readonly tags: Readonly<Record<string, string>>;
  /** The subscription's id. */
  readonly subscription: string;
  /** The id of the storage account for state. */
  readonly stateAccount: string;
}

/** Who changed what in the subscription, and who wrote or deleted a state. */
export class AzureAuditLog extends Capability {
  readonly capability = "audit-log" as const;

  constructor(scope: Construct, id: string, props: AzureAuditLogProps) {
    super(scope, id);
    const workspace = this.#createWorkspace(props);
    const { name, subscription, stateAccount } = props;
    this.#send(workspace, "activity", name, `/subscriptions/${subscription}`, ["Administrative", "Policy", "Security"]);
    this.#send(workspace, "states", name, `${stateAccount}/blobServices/default`, ["StorageDelete", "StorageWrite"]);
  }

  #createWorkspace({ name, region, resourceGroup, tags }: AzureAuditLogProps): LogAnalyticsWorkspace {
    return new LogAnalyticsWorkspace(this, "workspace", {
      name,
      location: region,
      resourceGroupName: resourceGroup,
      tags: { ...tags },
      sku: "PerGB2018",
      retentionInDays: auditLogDays,
      // Readers have identities: nothing reads or writes with a key of the workspace.
      localAuthenticationEnabled: false,
      lifecycle: { preventDestroy: true, ignoreChanges: ["location"] },
    });
  }

  #send(
    { id: logAnalyticsWorkspaceId }: LogAnalyticsWorkspace,
    id: string,
    name: string,
    targetResourceId: string,
    categories: readonly string[],
  ): void {
    new MonitorDiagnosticSetting(this, id, {
      name,
      targetResourceId,
      logAnalyticsWorkspaceId,
      enabledLog: categories.map((category) => ({ category })),
    });
  }
}
