import { CommanderError } from 'commander';
import { ERROR, MooringError } from '../base/index.js';
import { fileFailure } from '../node/files/index.js';
import { EXIT, type ExitCode, exitCodeOf } from './exit-codes.js';
import { hasPrinted, printJson, tell } from './output.js';

/** Bad usage the argument parser cannot see. */
export class UsageError extends MooringError {
  override readonly name = 'UsageError';

  constructor(message: string, detail: Record<string, unknown> = {}) {
    super(ERROR.MOORING_ERR_BAD_ARGUMENT, message, detail);
  }
}

/** What an error is told as: one line for people, and with --json a document for programs. */
export interface Told {
  /** Undefined where it was told already. */
  readonly line: string | undefined;
  readonly exitCode: ExitCode;
  readonly document: {
    readonly error: {
      readonly code: string;
      readonly message: string;
      /** The file it is about. */
      readonly path?: string;
      readonly detail?: Readonly<Record<string, unknown>>;
    };
  };
}

export interface FailureOptions {
  /** The call, as in `mooring sim`: where help is to be had. */
  readonly call?: string;
  /** Whether stdout is to hold one JSON document. */
  readonly json?: boolean;
}

/** System errors that are about a file somebody named, and which way. */
const FILE_ERRORS: Readonly<Record<string, 'read' | 'write'>> = {
  ENOENT: 'read',
  ENOTDIR: 'read',
  EISDIR: 'read',
  EACCES: 'read',
  ENOSPC: 'write',
  EROFS: 'write',
};

/**
 * Tells `error` and returns the exit code: a clear line on stderr and, with `json`, a document on stdout where
 * none was begun. The one place that prints errors.
 */
export async function reportFailure(error: unknown, options: FailureOptions = {}): Promise<ExitCode> {
  const told = tellFailure(error, options.call);
  if (told.exitCode === EXIT.DONE) return EXIT.DONE;
  if (told.line !== undefined) tell(`mooring: ${told.line}`);
  if (process.env['MOORING_DEBUG'] && error instanceof Error) tell(String(error.stack));
  if (options.json && !hasPrinted()) await printJson(told.document);
  return told.exitCode;
}

/** How an error is told. */
export function tellFailure(error: unknown, call = 'mooring'): Told {
  if (error instanceof CommanderError) return tellParser(error, call);
  if (error instanceof MooringError) return tellOwn(error);
  const { code = '', path } = Object(error) as Partial<NodeJS.ErrnoException>;
  const way = FILE_ERRORS[code];
  if (way === 'read' && path !== undefined) return tellOwn(fileFailure(ERROR.MOORING_ERR_FILE_UNREADABLE, path, error));
  if (way === 'write') {
    return tellOwn(fileFailure(ERROR.MOORING_ERR_FILE_UNWRITABLE, path ?? 'standard output', error));
  }
  const message = error instanceof Error ? error.message : String(error);
  return { line: message, exitCode: EXIT.FAILED, document: { error: { code: ERROR.MOORING_ERR_INTERNAL, message } } };
}

function tellOwn(error: MooringError): Told {
  const { code, message, detail } = error;
  const path = detail['path'] ?? detail['source'];
  return {
    line: error instanceof UsageError ? message : `${message} [${code}]`,
    exitCode: exitCodeOf(code),
    document: {
      error: {
        code,
        message,
        ...(typeof path === 'string' ? { path } : {}),
        ...(Object.keys(detail).length > 0 ? { detail } : {}),
      },
    },
  };
}

// What the parser refuses. Help and the version end a call, too, as done.
function tellParser(error: CommanderError, call: string): Told {
  const message = error.message.replace(/^error: /, '').replace(/\s*\n\s*/g, ' ');
  const isHelp = error.code === 'commander.help' || error.code === 'commander.helpDisplayed';
  const exitCode = error.exitCode === 0 ? EXIT.DONE : EXIT.USAGE;
  const wanted = `which verb? ${call} --help lists them`;
  return {
    line: isHelp ? undefined : `${message}; see ${call} --help`,
    exitCode,
    document: { error: { code: ERROR.MOORING_ERR_BAD_ARGUMENT, message: isHelp ? wanted : message } },
  };
}
