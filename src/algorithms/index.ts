/**
 * The contract between an algorithm and the agent that runs it, and the algorithms that come with the
 * package. Reports go in, values for the datapath come out; an algorithm knows neither messages nor
 * threads, only its flow.
 */
export { Aimd } from './aimd.js';
export { type BbrOptions, createBbr } from './bbr.js';
export { ALGORITHM_SUMMARIES, ALGORITHMS, type AlgorithmName, isAlgorithmName } from './catalogue.js';
export { type ConstOptions, createConst } from './const.js';
export {
  AlgBase,
  type Algorithm,
  type AlgorithmClass,
  type AlgorithmObject,
  createFlowHandler,
  type DatapathInfo,
  declaredPrograms,
  type FieldName,
  type Fields,
  type FlowControl,
  type FlowHandler,
  type InstallOptions,
  type Timer,
} from './contract.js';
export { type CopaOptions, createCopa } from './copa.js';
export { Cubic } from './cubic.js';
export { createDctcp, type DctcpOptions } from './dctcp.js';
export { createNimbus, type NimbusOptions } from './nimbus.js';
export { Reno } from './reno.js';
export { createReportFactory, type Report, type ReportFactory, type ReportValues } from './report.js';
export { SampleCCAlg } from './sample-cc-alg.js';
export { endpointText, INFINITY } from './values.js';
export { createVegas, type VegasOptions } from './vegas.js';
