import type { Rights, RightsTable } from "./rights";

const of = (read: string, ...change: readonly string[]): Rights => ({
  read: [`roles/${read}`],
  change: change.map((role) => `roles/${role}`),
});

/** Grants of a resource are read with a role that reads all grants, and nothing else. */
const grants = (change: string): Rights => of("iam.securityReviewer", change);

const balancer = of("compute.networkViewer", "compute.loadBalancerAdmin");
const certificates = of("certificatemanager.viewer", "certificatemanager.owner");

/**
 * The predefined roles, by type of resource (IAM, "Roles and permissions": the index of roles of each service). A service that runs as one of
 * our accounts also needs the right to act as it.
 */
export const googleRights: RightsTable = {
  google_artifact_registry_repository: of("artifactregistry.reader", "artifactregistry.admin"),
  google_artifact_registry_repository_iam_member: grants("artifactregistry.admin"),
  google_certificate_manager_certificate: certificates,
  google_certificate_manager_certificate_map: certificates,
  google_certificate_manager_certificate_map_entry: certificates,
  google_certificate_manager_dns_authorization: certificates,
  google_cloud_run_v2_job: of("run.viewer", "run.admin", "iam.serviceAccountUser"),
  google_cloud_run_v2_job_iam_member: grants("run.admin"),
  google_cloud_run_v2_service: of("run.viewer", "run.admin", "iam.serviceAccountUser"),
  google_cloud_run_v2_service_iam_member: grants("run.admin"),
  google_cloud_scheduler_job: of("cloudscheduler.viewer", "cloudscheduler.admin", "iam.serviceAccountUser"),
  google_compute_backend_service: balancer,
  google_compute_global_address: balancer,
  google_compute_global_forwarding_rule: balancer,
  google_compute_region_network_endpoint_group: balancer,
  google_compute_security_policy: of("compute.networkViewer", "compute.securityAdmin"),
  google_compute_ssl_policy: of("compute.networkViewer", "compute.securityAdmin"),
  google_compute_target_http_proxy: balancer,
  google_compute_target_https_proxy: balancer,
  google_compute_url_map: balancer,
  google_dns_managed_zone: of("dns.reader", "dns.admin"),
  google_dns_record_set: of("dns.reader", "dns.admin"),
  google_iam_workload_identity_pool: of("iam.workloadIdentityPoolViewer", "iam.workloadIdentityPoolAdmin"),
  google_iam_workload_identity_pool_provider: of("iam.workloadIdentityPoolViewer", "iam.workloadIdentityPoolAdmin"),
  google_logging_project_bucket_config: of("logging.viewer", "logging.configWriter"),
  google_logging_project_exclusion: of("logging.viewer", "logging.configWriter"),
  google_logging_project_sink: of("logging.viewer", "logging.configWriter"),
  google_project_iam_audit_config: grants("resourcemanager.projectIamAdmin"),
  google_project_iam_member: grants("resourcemanager.projectIamAdmin"),
  google_project_service: of("serviceusage.serviceUsageViewer", "serviceusage.serviceUsageAdmin"),
  google_service_account: of("iam.serviceAccountViewer", "iam.serviceAccountAdmin"),
  google_service_account_iam_member: grants("iam.serviceAccountAdmin"),
  google_storage_bucket: of("storage.bucketViewer", "storage.admin"),
  google_storage_bucket_iam_member: grants("storage.admin"),
  google_storage_bucket_object: of("storage.objectViewer", "storage.objectAdmin"),
  google_storage_transfer_job: of("storagetransfer.viewer", "storagetransfer.admin"),
  "data.google_storage_transfer_project_service_account": of("storagetransfer.viewer"),
};
