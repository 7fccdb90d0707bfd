import type { FastifyInstance } from 'fastify';
import { canceledJson, newOrderJson } from '../venue/formats.js';
import { unitsText } from '../venue/units.js';
import { command, hostOf, readJson } from './control-input.js';
import type { SpotHost } from './spot-host.js';

/** What the owner of an account does by hand: move money, order and cancel, past the API. */
export function accountRoutes(app: FastifyInstance, hosts: readonly SpotHost[]): void {
  app.post<{ Body: unknown }>('/_sim/balances', (request, reply) =>
    command(() => {
      const body = readJson(request.body);
      const { desk } = hostOf(hosts, body['venue']);
      const account = desk.account(textOf(body, 'apiKey'));
      const asset = textOf(body, 'asset');
      const amount = textOf(body, 'amount');
      if (!/^-?\d{1,20}(\.\d{1,8})?$/.test(amount)) {
        throw new RangeError('amount must be a decimal text of at most 8 places, below zero to withdraw');
      }
      if (amount.startsWith('-')) desk.withdraw(account, asset, amount.slice(1));
      else desk.deposit(account, asset, amount);
      const { free, locked } = account.balances.get(asset);
      return { asset, free: unitsText(free), locked: unitsText(locked) };
    }, reply),
  );

  app.post<{ Body: unknown }>('/_sim/orders', (request, reply) =>
    command(() => {
      const body = readJson(request.body);
      const { desk } = hostOf(hosts, body['venue']);
      const account = desk.account(textOf(body, 'apiKey'));
      const order = body['order'];
      const market = desk.market(textOf(body, 'symbol'));
      const placed = desk.place(account, market, parameters(order));
      return newOrderJson(placed.order, placed.fills, 'FULL');
    }, reply),
  );

  app.delete<{ Body: unknown }>('/_sim/orders', (request, reply) =>
    command(() => {
      const body = readJson(request.body);
      const { desk } = hostOf(hosts, body['venue']);
      const account = desk.account(textOf(body, 'apiKey'));
      const symbol = body['symbol'] === undefined ? undefined : textOf(body, 'symbol');
      const id = body['clientOrderId'] === undefined ? undefined : textOf(body, 'clientOrderId');
      return desk.cancel(account, symbol, id).map((order) => canceledJson(order, ''));
    }, reply),
  );
}

function textOf(body: Record<string, unknown>, name: string): string {
  const value = body[name];
  if (typeof value !== 'string' || value === '') throw new RangeError(`${name} must be a text`);
  return value;
}

function parameters(order: unknown): Record<string, string> {
  if (typeof order !== 'object' || order === null) {
    throw new RangeError('order must be an object of the parameters of a new order');
  }
  return Object.fromEntries(
    Object.entries(order).map(([name, value]) => {
      if (typeof value !== 'string') throw new RangeError(`order.${name} must be a text`);
      return [name, value];
    }),
  );
}
