// Generated from spec/errors.json by `npm run gen`. Do not edit.
/** Every error code by its name; spec/errors.json says what each means. */
export const ERROR = {
  /** an argument is outside its documented range; detail.argument names it */
  MOORING_ERR_BAD_ARGUMENT: 'MOORING_ERR_BAD_ARGUMENT',
  /** a quantity such as 12Mbit or 40ms could not be read; detail.text is what was given */
  MOORING_ERR_BAD_UNIT: 'MOORING_ERR_BAD_UNIT',
  /** an error nobody declared, of Mooring or of a module it was given; the message is what is known */
  MOORING_ERR_INTERNAL: 'MOORING_ERR_INTERNAL',
  /** a file cannot be read, or holds no JSON where JSON is wanted; detail.path names it, detail.line and detail.column the fault */
  MOORING_ERR_FILE_UNREADABLE: 'MOORING_ERR_FILE_UNREADABLE',
  /** a file or standard output cannot be written; detail.path names it */
  MOORING_ERR_FILE_UNWRITABLE: 'MOORING_ERR_FILE_UNWRITABLE',
  /** a signal ended it before its end; detail.signal names it */
  MOORING_ERR_INTERRUPTED: 'MOORING_ERR_INTERRUPTED',
  /** WebAssembly modules cannot be compiled here (no WebAssembly, or a content-security policy without wasm-unsafe-eval) */
  MOORING_ERR_WASM_UNAVAILABLE: 'MOORING_ERR_WASM_UNAVAILABLE',
  /** a WebAssembly instance stopped (memory exhausted); the instance was dropped */
  MOORING_ERR_WASM_TRAP: 'MOORING_ERR_WASM_TRAP',
  /** a datapath program has errors; detail.diagnostics lists them all */
  MOORING_ERR_LANG_COMPILE: 'MOORING_ERR_LANG_COMPILE',
  /** a field is not in the program; detail.known lists those that are */
  MOORING_ERR_LANG_UNKNOWN_FIELD: 'MOORING_ERR_LANG_UNKNOWN_FIELD',
  /** a message ends before its fields do */
  MOORING_ERR_WIRE_TRUNCATED: 'MOORING_ERR_WIRE_TRUNCATED',
  /** a message contradicts itself; detail says where */
  MOORING_ERR_WIRE_MALFORMED: 'MOORING_ERR_WIRE_MALFORMED',
  /** a message type the protocol does not have */
  MOORING_ERR_WIRE_UNKNOWN_TYPE: 'MOORING_ERR_WIRE_UNKNOWN_TYPE',
  /** the datapath has as many flows as maxFlows allows */
  MOORING_ERR_DATAPATH_FULL: 'MOORING_ERR_DATAPATH_FULL',
  /** the bytes are no capture and no archive of captures; detail.firstBytes shows how they begin */
  MOORING_ERR_CAPTURE_UNKNOWN_FORMAT: 'MOORING_ERR_CAPTURE_UNKNOWN_FORMAT',
  /** a capture file cannot be opened or read; the message says why */
  MOORING_ERR_CAPTURE_UNREADABLE: 'MOORING_ERR_CAPTURE_UNREADABLE',
  /** a stream can be read once and was read already */
  MOORING_ERR_CAPTURE_CONSUMED: 'MOORING_ERR_CAPTURE_CONSUMED',
  /** a capture was closed before or while it was read */
  MOORING_ERR_CAPTURE_CLOSED: 'MOORING_ERR_CAPTURE_CLOSED',
  /** more captures overlap in time than can be merged at once */
  MOORING_ERR_CAPTURE_TOO_MANY_FILES: 'MOORING_ERR_CAPTURE_TOO_MANY_FILES',
  /** no connection of that number is in the capture */
  MOORING_ERR_CAPTURE_NO_FLOW: 'MOORING_ERR_CAPTURE_NO_FLOW',
  /** setProgram names a program the algorithm has not declared */
  MOORING_ERR_AGENT_UNKNOWN_PROGRAM: 'MOORING_ERR_AGENT_UNKNOWN_PROGRAM',
  /** fields were updated before a program was set */
  MOORING_ERR_AGENT_NO_PROGRAM: 'MOORING_ERR_AGENT_NO_PROGRAM',
  /** a report of an older program */
  MOORING_ERR_AGENT_STALE_REPORT: 'MOORING_ERR_AGENT_STALE_REPORT',
  /** the user's algorithm threw; its flow falls to a safe default */
  MOORING_ERR_AGENT_ALGORITHM_THREW: 'MOORING_ERR_AGENT_ALGORITHM_THREW',
  /** onCreate or onReport returned a promise; algorithms are synchronous */
  MOORING_ERR_AGENT_ASYNC_ALGORITHM: 'MOORING_ERR_AGENT_ASYNC_ALGORITHM',
  /** more programs than the datapath holds; detail.programSlots is how many */
  MOORING_ERR_AGENT_PROGRAM_TABLE_FULL: 'MOORING_ERR_AGENT_PROGRAM_TABLE_FULL',
  /** a program's INSTALL is larger than the transport takes; detail has bytes and maxBytes */
  MOORING_ERR_AGENT_PROGRAM_TOO_LARGE: 'MOORING_ERR_AGENT_PROGRAM_TOO_LARGE',
  /** an algorithm called process.exit; its flow keeps the initial window, others go on */
  MOORING_ERR_AGENT_EXIT: 'MOORING_ERR_AGENT_EXIT',
  /** an algorithm did not return; its worker was replaced and its flow keeps the initial window */
  MOORING_ERR_AGENT_BLOCKED: 'MOORING_ERR_AGENT_BLOCKED',
  /** an algorithm module cannot be loaded or exports no algorithm; detail.module names it */
  MOORING_ERR_AGENT_NO_MODULE: 'MOORING_ERR_AGENT_NO_MODULE',
  /** workers ended again and again; the agent stopped */
  MOORING_ERR_AGENT_WORKERS_FAILED: 'MOORING_ERR_AGENT_WORKERS_FAILED',
  /** a recording of agent traffic cannot be read or written; detail.path, detail.line */
  MOORING_ERR_AGENT_RECORD: 'MOORING_ERR_AGENT_RECORD',
  /** a thread or process ended while a call to it waited */
  MOORING_ERR_THREAD_GONE: 'MOORING_ERR_THREAD_GONE',
  /** this host, or the policy of this page, lets no worker start; the message says what to do instead */
  MOORING_ERR_NO_WORKER: 'MOORING_ERR_NO_WORKER',
  /** no algorithm of that name; detail.known lists those there are */
  MOORING_ERR_AGENT_UNKNOWN_ALGORITHM: 'MOORING_ERR_AGENT_UNKNOWN_ALGORITHM',
  /** a scenario cannot be simulated; detail.diagnostics lists each field at fault with its path */
  MOORING_ERR_SIM_BAD_SCENARIO: 'MOORING_ERR_SIM_BAD_SCENARIO',
  /** a notice of a simulation: a queue asked for is too small for two packets here and holds two instead */
  MOORING_ERR_SIM_QUEUE_RAISED: 'MOORING_ERR_SIM_QUEUE_RAISED',
  /** a notice of a simulation: an algorithm asked the host's clock, timers or chance, which have nothing to do with the run */
  MOORING_ERR_SIM_HOST_CLOCK: 'MOORING_ERR_SIM_HOST_CLOCK',
  /** a notice of a simulation: nothing in it was drawn, so every seed gives the same run */
  MOORING_ERR_SIM_SEED_UNUSED: 'MOORING_ERR_SIM_SEED_UNUSED',
  /** a notice of a simulation: an arithmetic error ended a datapath program before its end, at ACK after ACK */
  MOORING_ERR_SIM_PROGRAM_STOPPED: 'MOORING_ERR_SIM_PROGRAM_STOPPED',
  /** a simulation stopped moving: an algorithm loops without end */
  MOORING_ERR_SIM_STUCK: 'MOORING_ERR_SIM_STUCK',
  /** a reader's file holds no algorithm that can be loaded; detail.path names it */
  MOORING_ERR_ALGORITHM_FILE: 'MOORING_ERR_ALGORITHM_FILE',
  /** a folder holds the results of another sweep; detail.folder names it */
  MOORING_ERR_SWEEP_FOLDER: 'MOORING_ERR_SWEEP_FOLDER',
  /** an inventory, intent, parameter or topology has the wrong shape; detail.diagnostics names each field */
  MOORING_ERR_TWINE_BAD_INPUT: 'MOORING_ERR_TWINE_BAD_INPUT',
  /** a plan was refused; detail.refusals lists every reason with its field */
  MOORING_ERR_TWINE_REFUSED: 'MOORING_ERR_TWINE_REFUSED',
  /** a manifest cannot be read; detail says which and why */
  MOORING_ERR_TWINE_MANIFEST: 'MOORING_ERR_TWINE_MANIFEST',
  /** there is no run to go on with or to look at, or it has ended or still goes on; detail.site or detail.workdir says where */
  MOORING_ERR_TWINE_RUN: 'MOORING_ERR_TWINE_RUN',
  /** this machine cannot host a testbed; detail.probed says what was looked for */
  MOORING_ERR_TESTBED_UNSUPPORTED: 'MOORING_ERR_TESTBED_UNSUPPORTED',
  /** the testbed refused a request; detail.failure is configuration, resources or transient */
  MOORING_ERR_TESTBED_REFUSED: 'MOORING_ERR_TESTBED_REFUSED',
  /** a command of the system failed; detail has the command and what it said */
  MOORING_ERR_TESTBED_COMMAND: 'MOORING_ERR_TESTBED_COMMAND',
  /** a text is no slice graph: not GraphML or node-link JSON, or beyond the bounds; detail.reason and detail.line */
  MOORING_ERR_FABRIC_GRAPH: 'MOORING_ERR_FABRIC_GRAPH',
  /** a slice graph cannot be changed so; detail.element names what is missing, in use or there twice */
  MOORING_ERR_FABRIC_EDIT: 'MOORING_ERR_FABRIC_EDIT',
  /** a FABRIC configuration, token file or token cannot be used; detail.field names what */
  MOORING_ERR_FABRIC_CONFIG: 'MOORING_ERR_FABRIC_CONFIG',
  /** FABRIC refused a request or could not be reached; detail.cause is its class, detail.status and detail.text what it said */
  MOORING_ERR_FABRIC_ANSWER: 'MOORING_ERR_FABRIC_ANSWER',
  /** a row of requests cannot be replayed; detail.line and detail.reason */
  MOORING_ERR_FABRIC_REPLAY: 'MOORING_ERR_FABRIC_REPLAY',
  /** the helper program or its addon is not here; detail.searched lists where it was looked for */
  MOORING_ERR_HELPER_MISSING: 'MOORING_ERR_HELPER_MISSING',
  /** the helper's sources could not be compiled here; detail.output has what the compiler said */
  MOORING_ERR_HELPER_BUILD: 'MOORING_ERR_HELPER_BUILD',
  /** this kernel, user or machine cannot do it; detail.errno and detail.step say what was tried */
  MOORING_ERR_HELPER_UNSUPPORTED: 'MOORING_ERR_HELPER_UNSUPPORTED',
  /** another process listens at the socket's path; detail.path is it */
  MOORING_ERR_HELPER_ADDRESS_IN_USE: 'MOORING_ERR_HELPER_ADDRESS_IN_USE',
  /** a system call or the helper program failed; detail says which and how */
  MOORING_ERR_HELPER_FAILED: 'MOORING_ERR_HELPER_FAILED',
  /** the stream between the helper and Node holds what spec/helper.md does not allow */
  MOORING_ERR_HELPER_PROTOCOL: 'MOORING_ERR_HELPER_PROTOCOL',
} as const;

/** The `code` of a MooringError. */
export type ErrorCode = keyof typeof ERROR;
