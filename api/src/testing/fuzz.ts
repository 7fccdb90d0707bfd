import { PROXY_SECRET, type TestApi } from './test-api.js';
import { hostileText, hostileValue, mutated, sampleOf } from './hostile-values.js';
import { ResponseJudge, urlOf, type Operation } from './openapi-document.js';
import { Random } from './random.js';

/** What a run of the fuzzer found. */
export interface FuzzReport {
  seed: number;
  requests: number;
  byStatus: Record<string, number>;
  /** Failing commands after which the database was compared with before. */
  writesChecked: number;
  /** Each names its request, so that it can be repeated. */
  problems: string[];
}

export interface FuzzOptions {
  requests: number;
  seed: number;
}

/** Tables that commands of the API write; idempotency keys and users are kept for failed commands, too. */
const TABLES = [
  'account',
  'account_credential',
  'strategy',
  'strategy_leg',
  'strategy_revision',
  'run',
  'orders',
  'strategy_template',
  'user_setting',
  'foreign_order',
  'correction',
  'backtest',
  'candle_file',
  'api_token',
  'capital_allocation',
  'capital_member',
  'halt',
  'installation',
];
/** Streams do not end; uploads take files. */
const LEFT_OUT: ReadonlySet<string> = new Set(['GET /api/events', 'GET /api/events/ws']);
const MAX_PROBLEMS = 20;
const USERS = ['ann@example.org', 'bob@example.org'];

interface Shot {
  operation: Operation;
  url: string;
  headers: Record<string, string>;
  payload: Buffer | null;
}

async function checksum(api: TestApi): Promise<string> {
  const rows: { Table: string; Checksum: string }[] = await api.dataSource.query(
    `CHECKSUM TABLE ${TABLES.join(', ')}`,
  );
  return JSON.stringify(rows.map((row) => row.Checksum));
}

function queryText(operation: Operation, random: Random): string {
  const known = operation.parameters.filter((one) => one.in === 'query');
  const pairs = known
    .filter((one) => one.required === true || random.chance(0.4))
    .map(({ name, schema }): [string, string] => [
      name,
      random.chance(0.5) ? String(sampleOf(schema, random)) : hostileText(random),
    ]);
  if (random.chance(0.1)) pairs.push(['__proto__', hostileText(random)]);
  if (random.chance(0.1) && pairs[0] !== undefined) pairs.push([pairs[0][0], hostileText(random)]);
  if (random.chance(0.03)) return '?%zz=%00&[]=1&a[b]=c';
  const text = pairs.map(([name, value]) => `${encode(name)}=${encode(value)}`).join('&');
  return text === '' ? '' : `?${text}`;
}

/** Whether the text has no lone surrogates. */
function isWellFormed(text: string): boolean {
  return Buffer.from(text, 'utf8').toString('utf8') === text;
}

/** Lone surrogates cannot be escaped: they are sent as the bytes of a broken encoding. */
function encode(text: string): string {
  return isWellFormed(text) ? encodeURIComponent(text) : '%ED%A0%80';
}

function payloadOf(operation: Operation, random: Random): Buffer | null {
  if (operation.method === 'GET') return null;
  if (operation.body === null)
    return random.chance(0.8) ? null : Buffer.from(JSON.stringify(hostileValue(random)));
  const kind = random.int(20);
  if (kind === 0) return null;
  if (kind === 1) return Buffer.from([0xff, 0xfe, 0x00, 0xc3, 0x28, random.int(256)]);
  if (kind === 2) return Buffer.from(hostileText(random));
  if (kind === 3) return Buffer.from(`{"a":${'['.repeat(random.int(20_000))}`);
  if (kind === 4) return Buffer.from('{"__proto__":{"isAdmin":true},"constructor":{"prototype":{"x":1}}}');
  const sample = sampleOf(operation.body, random);
  const body = confirmed(operation, kind < 8 ? sample : mutated(sample, random), random);
  const text = JSON.stringify(body);
  if (kind === 8) return Buffer.from(text.slice(0, random.int(text.length + 1)));
  if (kind === 9 && random.chance(0.2))
    return Buffer.from(`${text.slice(0, -1)},"x":"${'x'.repeat(300_000)}"}`);
  return Buffer.from(text);
}

/** Half of the orders by hand are meant: the others are refused before anything looks at them. */
function confirmed({ name }: Operation, body: unknown, random: Random): unknown {
  if (!['POST /api/orders', 'POST /api/positions/close'].includes(name) || random.chance(0.5)) return body;
  if (typeof body !== 'object' || body === null) return body;
  const { side, quantity, market, strategyId } = body as Record<string, unknown>;
  const text = (value: unknown): string =>
    typeof value === 'string' ? value : JSON.stringify(value ?? null);
  const whole = strategyId === undefined ? `CLOSE ${text(market)}` : `CLOSE STRATEGY ${text(strategyId)}`;
  const order = `${text(side).toUpperCase()} ${text(quantity)} ${text(market)}`;
  return { ...body, confirmation: name === 'POST /api/orders' ? order : whole };
}

function shotAt(operation: Operation, random: Random): Shot {
  const params = Object.fromEntries(
    operation.parameters
      .filter((one) => one.in === 'path')
      .map(({ name }) => {
        const text = random.chance(0.7) ? String(1 + random.int(6)) : hostileText(random).slice(0, 90);
        return [name, isWellFormed(text) ? text : '%'];
      }),
  );
  const payload = payloadOf(operation, random);
  const types = ['application/json', 'application/json; charset=utf-16', 'text/plain', 'application/xml', ''];
  const type = random.chance(0.92) ? 'application/json' : random.pick(types);
  return {
    operation,
    url: urlOf(operation, params) + queryText(operation, random),
    headers: {
      'x-gridfleet-proxy-secret': PROXY_SECRET,
      'x-forwarded-email': random.pick(USERS),
      ...(payload === null || type === '' ? {} : { 'content-type': type }),
      ...(random.chance(0.1) ? { 'idempotency-key': hostileText(random).replace(/[^\x20-\xff]/g, '?') } : {}),
    },
    payload,
  };
}

/** Control characters end a header before it is sent. */
function sendable(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, value.replace(/[\0-\x1f\x7f]/g, '')]),
  );
}

function isExpected(operation: Operation, status: number, code: string | null): boolean {
  // A path that no route takes is answered before any route is known.
  return status === 404 && code === 'NOT_FOUND' && operation.path.includes('{');
}

/** Fires hostile requests at every route and looks at answers, database and process. */
export async function fuzz(
  api: TestApi,
  operations: readonly Operation[],
  { requests, seed }: FuzzOptions,
): Promise<FuzzReport> {
  const random = new Random(seed);
  const judge = new ResponseJudge();
  const targets = operations.filter(({ name }) => !LEFT_OUT.has(name));
  const report: FuzzReport = { seed, requests: 0, byStatus: {}, writesChecked: 0, problems: [] };
  let before = await checksum(api);
  for (let i = 0; i < requests && report.problems.length < MAX_PROBLEMS; i += 1) {
    const { operation, url, headers, payload } = shotAt(random.pick(targets), random);
    const answer = await api.app.inject({
      method: operation.method,
      url,
      headers: sendable(headers),
      ...(payload === null ? {} : { payload }),
    });
    const status = answer.statusCode;
    report.requests += 1;
    report.byStatus[status] = (report.byStatus[status] ?? 0) + 1;
    const complain = (what: string): void => {
      const body = payload === null ? '' : ` ${payload.toString('utf8').slice(0, 400)}`;
      report.problems.push(`#${i} ${operation.method} ${url.slice(0, 300)}${body}: ${what}`);
    };
    const type = String(answer.headers['content-type'] ?? '');
    const code = status < 400 ? null : codeOf(answer.body);
    if (status >= 500) complain(`${status} ${answer.body.slice(0, 300)}`);
    else if (!isExpected(operation, status, code)) {
      const complaint = judge.complaint(operation, status, type, answer.body);
      if (complaint !== null) complain(complaint);
    }
    if (operation.method === 'GET') continue;
    const after = await checksum(api);
    if (status >= 400) {
      report.writesChecked += 1;
      if (after !== before) complain(`${status}, and yet something was written`);
    }
    before = after;
  }
  const polluted = Object.keys(Object.prototype).concat(Object.keys(Array.prototype));
  if (polluted.length > 0) report.problems.push(`prototypes have new properties: ${polluted.join(', ')}`);
  return report;
}

function codeOf(body: string): string | null {
  try {
    return (JSON.parse(body) as { code?: string }).code ?? null;
  } catch {
    return null; // judged by its schema
  }
}
