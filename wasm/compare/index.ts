/**
 * Two captures of one path: packets of one point and their like at the other; what they took, what was lost, what was
 * overtaken.
 */
export { anchorCount, anchorRows, initAnchors, noteAnchors } from './anchors';
export { count, crossingRow, delayPercentileUs, delaySeries, initCrossings, lateSeries, lossSeries } from './crossing';
export {
  bareKey,
  COMPARED,
  CUT,
  endsKey,
  fingerprint,
  link,
  orientation,
  pairKey,
  readEnds,
  readLink,
  seqAtA,
} from './fingerprint';
export { initFlows } from './flows';
export { addLink, initLinks } from './links';
export { expireAll, initMatch, match, setCovered } from './match';
export { crowdedPackets, initPairs, largestAt, pairOf, setPairWay } from './pairs';
export { clearPoints, countAt, pointRow, putAt, rangeOf, sinceBase } from './points';
export { initRing } from './ring';
export { createSurvey, Survey, sampleRows } from './survey';
