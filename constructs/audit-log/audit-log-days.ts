/** Days for which audit logs are kept: as long as Google keeps its own (Cloud Logging, "Quotas and limits": `_Required`). */
export const auditLogDays = 400;
