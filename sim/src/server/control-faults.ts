import type { FastifyInstance } from 'fastify';
import type { Faults } from '../faults/faults.js';
import type { Audited, Referee } from '../referee/referee.js';
import type { RequestsLog } from '../referee/requests-log.js';
import { command, readJson } from './control-input.js';

export interface FaultControlParts {
  faults: Faults;
  log: RequestsLog;
  referee: Referee;
  venues: readonly Audited[];
}

/** Faults, requests and invariants under `/_sim`. */
export function faultRoutes(app: FastifyInstance, { faults, log, referee, venues }: FaultControlParts): void {
  app.get('/_sim/faults', () => faults.report());
  app.post<{ Body: unknown }>('/_sim/faults', (request, reply) =>
    command(() => faults.set(readJson(request.body)), reply),
  );
  app.delete('/_sim/faults', () => {
    faults.clear();
    return faults.report();
  });
  app.get<{ Querystring: { since?: string; limit?: string } }>('/_sim/requests', (request, reply) =>
    command(() => {
      const { since, limit } = request.query;
      return log.page(readCount('since', since), readCount('limit', limit));
    }, reply),
  );
  app.get('/_sim/invariants', () => referee.report(venues));
}

function readCount(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,15}$/.test(text)) throw new RangeError(`${name} must be a whole number`);
  return Number(text);
}
