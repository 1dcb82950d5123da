// Generated from spec/series.json by `npm run gen`. Do not edit.
export const BIN = {
  COUNT: 0,
  SUM: 1,
  MIN: 2,
  MAX: 3,
  LAST: 4,
} as const;
