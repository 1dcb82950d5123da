/**
 * What decides how much a flow may send: the controllers behind one contract (controller.ts). All but one are
 * built in; that asks an agent by way of a datapath program, with what the engine needs for that agent's messages.
 */
export { ccpTrace, ccpTraced } from './ack-trace';
export { ccpAnswer, ccpArrive, ccpEndedStops, ccpHandle, ccpWake, createCcp, MESSAGE_HEAD, putStops } from './ccp';
export {
  controllerOnAck,
  controllerOnCongestion,
  controllerOnEnd,
  controllerOnRestart,
  controllerOnTimeout,
  controllerStart,
  isScalable,
  ownsRecovery,
} from './controller';
export { setCwnd } from './window';
