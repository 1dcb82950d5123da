// Generated from spec/series.json by `npm run gen`. Do not edit.
export const BIN_COUNT: u32 = 0;
export const BIN_SUM: u32 = 1;
export const BIN_MIN: u32 = 2;
export const BIN_MAX: u32 = 3;
export const BIN_LAST: u32 = 4;

export const COUNT_BIN: u32 = 5;
