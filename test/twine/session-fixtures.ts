import { type Failure, Session, type SessionCommand, type SessionEvent } from '../../src/twine/index.js';
import { inventoryOf, planOf } from './fixtures.js';

export const S = 1e6;
export const parameters = { experimentRetries: 3, waitInterval: 10, listenTime: 5, maxIterPerRetry: 1 };
export const planned = (ports = 2, nics = 1) =>
  new Session(planOf(inventoryOf(ports, nics), { targets: [{ site: 'INDI' }], parameters, rotationInterval: 1 }));

export const transient: Failure = { class: 'transient', scope: 'site', reason: 'the switch is busy' };
export const resources: Failure = { class: 'resources', scope: 'site', reason: 'insufficient resources' };
export const configuration: Failure = { class: 'configuration', scope: 'site', reason: 'bad filter' };

/** The answer that says a command went well; captures are answered mirror by mirror. */
export function goodAnswers(command: SessionCommand): SessionEvent[] {
  switch (command.kind) {
    case 'request':
      return [{ kind: 'requested', op: command.op }];
    case 'prepare':
      return [{ kind: 'prepared', op: command.op }];
    case 'capture':
      return [
        { kind: 'captureStarted', op: command.op },
        ...command.mirrors.map(({ name }) => ({ kind: 'captureFinished', op: command.op, mirror: name }) as const),
      ];
    case 'mirror':
      return [{ kind: 'mirrored', op: command.op, failed: [] }];
    case 'recover':
      return [{ kind: 'recovered', op: command.op }];
    case 'drain':
      return [{ kind: 'drained', op: command.op }];
    case 'gather':
      return [{ kind: 'gathered', op: command.op }];
    case 'release':
      return [{ kind: 'released', op: command.op }];
    default:
      return [];
  }
}
