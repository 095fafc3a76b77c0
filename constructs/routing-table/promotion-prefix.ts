/**
 * What the names of promotion's own objects in the table's bucket begin with: the lease of a run, and what runs tell redirectors. The
 * promoter may write nothing else there, and never the table.
 */
export const promotionPrefix = "promotion/";
