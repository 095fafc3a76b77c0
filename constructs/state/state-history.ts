/** Days for which a replaced state can be restored, at least. */
export const stateHistoryDays = 365;

/** Replaced states of one stack that are kept whatever their age: a stack that hardly ever changes keeps its history. */
export const stateHistoryVersions = 100;
