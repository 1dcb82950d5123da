// Generated from spec/errors.json by `npm run gen`. Do not edit.
/** The type of {@link ERROR}. */
export interface Errors {
  /** an argument is outside its documented range; detail.argument names it */
  readonly MOORING_ERR_BAD_ARGUMENT: 'MOORING_ERR_BAD_ARGUMENT';
  /** a quantity such as 12Mbit or 40ms could not be read; detail.text is what was given */
  readonly MOORING_ERR_BAD_UNIT: 'MOORING_ERR_BAD_UNIT';
  /** an error nobody declared, of Mooring or of a module it was given; the message is what is known */
  readonly MOORING_ERR_INTERNAL: 'MOORING_ERR_INTERNAL';
  /** a file cannot be read, or holds no JSON where JSON is wanted; detail.path names it, detail.line and detail.column the fault */
  readonly MOORING_ERR_FILE_UNREADABLE: 'MOORING_ERR_FILE_UNREADABLE';
  /** a file or standard output cannot be written; detail.path names it */
  readonly MOORING_ERR_FILE_UNWRITABLE: 'MOORING_ERR_FILE_UNWRITABLE';
  /** a signal ended it before its end; detail.signal names it */
  readonly MOORING_ERR_INTERRUPTED: 'MOORING_ERR_INTERRUPTED';
  /** WebAssembly modules cannot be compiled here (no WebAssembly, or a content-security policy without wasm-unsafe-eval) */
  readonly MOORING_ERR_WASM_UNAVAILABLE: 'MOORING_ERR_WASM_UNAVAILABLE';
  /** a WebAssembly instance stopped (memory exhausted); the instance was dropped */
  readonly MOORING_ERR_WASM_TRAP: 'MOORING_ERR_WASM_TRAP';
  /** a datapath program has errors; detail.diagnostics lists them all */
  readonly MOORING_ERR_LANG_COMPILE: 'MOORING_ERR_LANG_COMPILE';
  /** a field is not in the program; detail.known lists those that are */
  readonly MOORING_ERR_LANG_UNKNOWN_FIELD: 'MOORING_ERR_LANG_UNKNOWN_FIELD';
  /** a program runs more instructions than an engine takes; detail.event is the `when` with which it does, detail.range its place */
  readonly MOORING_ERR_LANG_TOO_LONG: 'MOORING_ERR_LANG_TOO_LONG';
  /** a message ends before its fields do */
  readonly MOORING_ERR_WIRE_TRUNCATED: 'MOORING_ERR_WIRE_TRUNCATED';
  /** a message contradicts itself; detail says where */
  readonly MOORING_ERR_WIRE_MALFORMED: 'MOORING_ERR_WIRE_MALFORMED';
  /** a message type the protocol does not have */
  readonly MOORING_ERR_WIRE_UNKNOWN_TYPE: 'MOORING_ERR_WIRE_UNKNOWN_TYPE';
  /** the datapath has as many flows as maxFlows allows */
  readonly MOORING_ERR_DATAPATH_FULL: 'MOORING_ERR_DATAPATH_FULL';
  /** the bytes are no capture and no archive of captures; detail.firstBytes shows how they begin */
  readonly MOORING_ERR_CAPTURE_UNKNOWN_FORMAT: 'MOORING_ERR_CAPTURE_UNKNOWN_FORMAT';
  /** a capture file cannot be opened or read; the message says why */
  readonly MOORING_ERR_CAPTURE_UNREADABLE: 'MOORING_ERR_CAPTURE_UNREADABLE';
  /** a stream can be read once and was read already */
  readonly MOORING_ERR_CAPTURE_CONSUMED: 'MOORING_ERR_CAPTURE_CONSUMED';
  /** a capture was closed before or while it was read */
  readonly MOORING_ERR_CAPTURE_CLOSED: 'MOORING_ERR_CAPTURE_CLOSED';
  /** more captures overlap in time than can be merged at once */
  readonly MOORING_ERR_CAPTURE_TOO_MANY_FILES: 'MOORING_ERR_CAPTURE_TOO_MANY_FILES';
  /** no connection of that number is in the capture */
  readonly MOORING_ERR_CAPTURE_NO_FLOW: 'MOORING_ERR_CAPTURE_NO_FLOW';
  /** setProgram names a program the algorithm has not declared */
  readonly MOORING_ERR_AGENT_UNKNOWN_PROGRAM: 'MOORING_ERR_AGENT_UNKNOWN_PROGRAM';
  /** fields were updated before a program was set */
  readonly MOORING_ERR_AGENT_NO_PROGRAM: 'MOORING_ERR_AGENT_NO_PROGRAM';
  /** a report of an older program */
  readonly MOORING_ERR_AGENT_STALE_REPORT: 'MOORING_ERR_AGENT_STALE_REPORT';
  /** the user's algorithm threw; its flow falls to a safe default */
  readonly MOORING_ERR_AGENT_ALGORITHM_THREW: 'MOORING_ERR_AGENT_ALGORITHM_THREW';
  /** onCreate or onReport returned a promise; algorithms are synchronous */
  readonly MOORING_ERR_AGENT_ASYNC_ALGORITHM: 'MOORING_ERR_AGENT_ASYNC_ALGORITHM';
  /** more programs than the datapath holds; detail.programSlots is how many */
  readonly MOORING_ERR_AGENT_PROGRAM_TABLE_FULL: 'MOORING_ERR_AGENT_PROGRAM_TABLE_FULL';
  /** a program's INSTALL is larger than the transport takes; detail has bytes and maxBytes */
  readonly MOORING_ERR_AGENT_PROGRAM_TOO_LARGE: 'MOORING_ERR_AGENT_PROGRAM_TOO_LARGE';
  /** an algorithm called process.exit; its flow keeps the initial window, others go on */
  readonly MOORING_ERR_AGENT_EXIT: 'MOORING_ERR_AGENT_EXIT';
  /** an algorithm did not return; its worker was replaced and its flow keeps the initial window */
  readonly MOORING_ERR_AGENT_BLOCKED: 'MOORING_ERR_AGENT_BLOCKED';
  /** an algorithm module cannot be loaded or exports no algorithm; detail.module names it */
  readonly MOORING_ERR_AGENT_NO_MODULE: 'MOORING_ERR_AGENT_NO_MODULE';
  /** workers ended again and again; the agent stopped */
  readonly MOORING_ERR_AGENT_WORKERS_FAILED: 'MOORING_ERR_AGENT_WORKERS_FAILED';
  /** a recording of agent traffic cannot be read or written; detail.path, detail.line */
  readonly MOORING_ERR_AGENT_RECORD: 'MOORING_ERR_AGENT_RECORD';
  /** a thread or process ended while a call to it waited */
  readonly MOORING_ERR_THREAD_GONE: 'MOORING_ERR_THREAD_GONE';
  /** this host, or the policy of this page, lets no worker start; the message says what to do instead */
  readonly MOORING_ERR_NO_WORKER: 'MOORING_ERR_NO_WORKER';
  /** no algorithm of that name; detail.known lists those there are */
  readonly MOORING_ERR_AGENT_UNKNOWN_ALGORITHM: 'MOORING_ERR_AGENT_UNKNOWN_ALGORITHM';
  /** a scenario cannot be simulated; detail.diagnostics lists each field at fault with its path */
  readonly MOORING_ERR_SIM_BAD_SCENARIO: 'MOORING_ERR_SIM_BAD_SCENARIO';
  /** a notice of a simulation: a queue asked for is too small for two packets here and holds two instead */
  readonly MOORING_ERR_SIM_QUEUE_RAISED: 'MOORING_ERR_SIM_QUEUE_RAISED';
  /** a notice of a simulation: an algorithm asked the host's clock, timers or chance, which have nothing to do with the run */
  readonly MOORING_ERR_SIM_HOST_CLOCK: 'MOORING_ERR_SIM_HOST_CLOCK';
  /** a notice of a simulation: nothing in it was drawn, so every seed gives the same run */
  readonly MOORING_ERR_SIM_SEED_UNUSED: 'MOORING_ERR_SIM_SEED_UNUSED';
  /** a notice of a simulation: an arithmetic error ended a datapath program before its end, at ACK after ACK */
  readonly MOORING_ERR_SIM_PROGRAM_STOPPED: 'MOORING_ERR_SIM_PROGRAM_STOPPED';
  /** a simulation stopped moving: an algorithm loops without end */
  readonly MOORING_ERR_SIM_STUCK: 'MOORING_ERR_SIM_STUCK';
  /** a reader's file holds no algorithm that can be loaded; detail.path names it */
  readonly MOORING_ERR_ALGORITHM_FILE: 'MOORING_ERR_ALGORITHM_FILE';
  /** a job lost three workers and was set aside; detail.words has what each said last */
  readonly MOORING_ERR_JOB_POISON: 'MOORING_ERR_JOB_POISON';
  /** what a job needs beside its scenario, an algorithm or a trace, is not in the queue or is not what its hash says; detail.hash */
  readonly MOORING_ERR_JOB_PART: 'MOORING_ERR_JOB_PART';
  /** a queue of jobs cannot be used; detail.queue names it, detail.reason is no package, unreachable, password, tls or version */
  readonly MOORING_ERR_JOBS_QUEUE: 'MOORING_ERR_JOBS_QUEUE';
  /** a result in a queue is not what this version reads; detail.schema */
  readonly MOORING_ERR_JOBS_RESULT: 'MOORING_ERR_JOBS_RESULT';
  /** a worker does not run an algorithm it was not told to trust, nor what names files of its own machine; detail.hash or detail.path */
  readonly MOORING_ERR_JOBS_UNTRUSTED: 'MOORING_ERR_JOBS_UNTRUSTED';
  /** a capture is not as it was when it was asked for, at a worker below its --root or here; detail.source names it */
  readonly MOORING_ERR_JOBS_CAPTURE: 'MOORING_ERR_JOBS_CAPTURE';
  /** a store of results cannot be used, or does not have what a worker put there; detail.store names it */
  readonly MOORING_ERR_JOBS_STORE: 'MOORING_ERR_JOBS_STORE';
  /** a query of a dataset cannot be run; detail.reason is no package, no tables, not a query or sql */
  readonly MOORING_ERR_QUERY: 'MOORING_ERR_QUERY';
  /** a folder holds the results of another sweep; detail.folder names it */
  readonly MOORING_ERR_SWEEP_FOLDER: 'MOORING_ERR_SWEEP_FOLDER';
  /** an inventory, intent, parameter or topology has the wrong shape; detail.diagnostics names each field */
  readonly MOORING_ERR_TWINE_BAD_INPUT: 'MOORING_ERR_TWINE_BAD_INPUT';
  /** a plan was refused; detail.refusals lists every reason with its field */
  readonly MOORING_ERR_TWINE_REFUSED: 'MOORING_ERR_TWINE_REFUSED';
  /** a manifest cannot be read; detail says which and why */
  readonly MOORING_ERR_TWINE_MANIFEST: 'MOORING_ERR_TWINE_MANIFEST';
  /** there is no run to go on with or to look at, or it has ended or still goes on; detail.site or detail.workdir says where */
  readonly MOORING_ERR_TWINE_RUN: 'MOORING_ERR_TWINE_RUN';
  /** this machine cannot host a testbed; detail.probed says what was looked for */
  readonly MOORING_ERR_TESTBED_UNSUPPORTED: 'MOORING_ERR_TESTBED_UNSUPPORTED';
  /** the testbed refused a request; detail.failure is configuration, resources or transient */
  readonly MOORING_ERR_TESTBED_REFUSED: 'MOORING_ERR_TESTBED_REFUSED';
  /** a command of the system failed; detail has the command and what it said */
  readonly MOORING_ERR_TESTBED_COMMAND: 'MOORING_ERR_TESTBED_COMMAND';
  /** a text is no slice graph: not GraphML or node-link JSON, or beyond the bounds; detail.reason and detail.line */
  readonly MOORING_ERR_FABRIC_GRAPH: 'MOORING_ERR_FABRIC_GRAPH';
  /** a slice graph cannot be changed so; detail.element names what is missing, in use or there twice */
  readonly MOORING_ERR_FABRIC_EDIT: 'MOORING_ERR_FABRIC_EDIT';
  /** a FABRIC configuration, token file or token cannot be used; detail.field names what */
  readonly MOORING_ERR_FABRIC_CONFIG: 'MOORING_ERR_FABRIC_CONFIG';
  /** FABRIC refused a request or could not be reached; detail.cause is its class, detail.status and detail.text what it said */
  readonly MOORING_ERR_FABRIC_ANSWER: 'MOORING_ERR_FABRIC_ANSWER';
  /** a row of requests cannot be replayed; detail.line and detail.reason */
  readonly MOORING_ERR_FABRIC_REPLAY: 'MOORING_ERR_FABRIC_REPLAY';
  /** the helper program or its addon is not here; detail.searched lists where it was looked for */
  readonly MOORING_ERR_HELPER_MISSING: 'MOORING_ERR_HELPER_MISSING';
  /** the helper's sources could not be compiled here; detail.output has what the compiler said */
  readonly MOORING_ERR_HELPER_BUILD: 'MOORING_ERR_HELPER_BUILD';
  /** this kernel, user or machine cannot do it; detail.errno and detail.step say what was tried */
  readonly MOORING_ERR_HELPER_UNSUPPORTED: 'MOORING_ERR_HELPER_UNSUPPORTED';
  /** another process listens at the socket's path; detail.path is it */
  readonly MOORING_ERR_HELPER_ADDRESS_IN_USE: 'MOORING_ERR_HELPER_ADDRESS_IN_USE';
  /** a system call or the helper program failed; detail says which and how */
  readonly MOORING_ERR_HELPER_FAILED: 'MOORING_ERR_HELPER_FAILED';
  /** the stream between the helper and Node holds what spec/helper.md does not allow */
  readonly MOORING_ERR_HELPER_PROTOCOL: 'MOORING_ERR_HELPER_PROTOCOL';
}

/** The `code` of a MooringError. */
export type ErrorCode = keyof Errors;

// Every bundle has them all: without the prefix, and each once.
const NAMES = `
BAD_ARGUMENT BAD_UNIT INTERNAL FILE_UNREADABLE FILE_UNWRITABLE INTERRUPTED WASM_UNAVAILABLE WASM_TRAP
LANG_COMPILE LANG_UNKNOWN_FIELD LANG_TOO_LONG WIRE_TRUNCATED WIRE_MALFORMED WIRE_UNKNOWN_TYPE DATAPATH_FULL
CAPTURE_UNKNOWN_FORMAT CAPTURE_UNREADABLE CAPTURE_CONSUMED CAPTURE_CLOSED CAPTURE_TOO_MANY_FILES
CAPTURE_NO_FLOW AGENT_UNKNOWN_PROGRAM AGENT_NO_PROGRAM AGENT_STALE_REPORT AGENT_ALGORITHM_THREW
AGENT_ASYNC_ALGORITHM AGENT_PROGRAM_TABLE_FULL AGENT_PROGRAM_TOO_LARGE AGENT_EXIT AGENT_BLOCKED
AGENT_NO_MODULE AGENT_WORKERS_FAILED AGENT_RECORD THREAD_GONE NO_WORKER AGENT_UNKNOWN_ALGORITHM
SIM_BAD_SCENARIO SIM_QUEUE_RAISED SIM_HOST_CLOCK SIM_SEED_UNUSED SIM_PROGRAM_STOPPED SIM_STUCK ALGORITHM_FILE
JOB_POISON JOB_PART JOBS_QUEUE JOBS_RESULT JOBS_UNTRUSTED JOBS_CAPTURE JOBS_STORE QUERY SWEEP_FOLDER
TWINE_BAD_INPUT TWINE_REFUSED TWINE_MANIFEST TWINE_RUN TESTBED_UNSUPPORTED TESTBED_REFUSED TESTBED_COMMAND
FABRIC_GRAPH FABRIC_EDIT FABRIC_CONFIG FABRIC_ANSWER FABRIC_REPLAY HELPER_MISSING HELPER_BUILD
HELPER_UNSUPPORTED HELPER_ADDRESS_IN_USE HELPER_FAILED HELPER_PROTOCOL
`;

/** Every error code by its name; spec/errors.json says what each means. */
export const ERROR: Errors = /* @__PURE__ */ (() => {
  const codes = NAMES.trim()
    .split(/\s+/)
    .map((name) => `MOORING_ERR_${name}`);
  return Object.fromEntries(codes.map((code) => [code, code])) as unknown as Errors;
})();
