import type { Construct } from "constructs";
import { GoogleFoundation } from "../../constructs/foundation/google";
import { GoogleStaging } from "../../constructs/staging/google";
import type { StagingArea } from "../../inventory/inventory";
import { hasPlanner } from "../has-planner";
import { hasPromoter } from "../has-promoter";
import { GoogleStack, type GoogleStackProps } from "./google-stack";
import { plannerMember } from "./planner-member";
import { promoterMember } from "./promoter-member";

/** Properties of `GoogleStagingStack`. */
export interface GoogleStagingStackProps extends GoogleStackProps {
  /** The provider's staging areas. */
  readonly areas: readonly StagingArea[];
}

/** The APIs that staging areas may need. All are enabled, so that adding an area enables no new API. */
const stagingServices = ["artifactregistry.googleapis.com", "storage.googleapis.com"];

/** The staging areas at one Google provider. */
export class GoogleStagingStack extends GoogleStack {
  constructor(scope: Construct, id: string, props: GoogleStagingStackProps) {
    super(scope, id, props);
    const { inventory, provider, areas } = props;
    const { services } = new GoogleFoundation(this, "foundation", { services: stagingServices });
    const readers = {
      ...(hasPromoter(inventory) && { promoter: promoterMember(inventory, provider) }),
      ...(hasPlanner(inventory) && { planner: plannerMember(inventory, provider) }),
    };
    for (const { registry, bucket, ...area } of areas) {
      new GoogleStaging(this, area.project, {
        ...area,
        registry: registry?.name,
        bucket: bucket?.name,
        readers,
        services,
      });
    }
  }
}
