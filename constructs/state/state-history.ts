/** Days for which a replaced state can be restored. */
export const stateHistoryDays = 365;
