/**
 * Packets to flows: the connection table, TCP analysis of both directions, ICMP echoes, time series, marks and
 * rows, in constant memory per open flow.
 */

export { addAll, binsEnabled } from './binned';
export { setCauseOrigin } from './cause-rows';
export { setTimed } from './clock';
export { analyseEcho, setEchoOrigin } from './echo';
export { enableExcerpts, excerptQuic, excerptsFull, excerptsWanted, setExcerptOrigin } from './excerpts';
export { setFocusOrigin } from './focus';
export { analyseFirstFragment, analyseFragment } from './fragments';
export { marksFull } from './marks';
export { finishSome, rowsFull, setRowOrigin } from './rows';
export { analyseTcp } from './tcp';
