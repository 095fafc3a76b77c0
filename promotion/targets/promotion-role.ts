/** Whose identities are used at the clouds, if the environment names no other: `none` stands for no identity. */
export type PromotionRole = "promoter" | "planner" | "none";
