import { clientOrderId } from '@gridfleet/shared/domain';
import { ForeignOrderRepository } from '@gridfleet/shared/infra';
import type { Account, Strategy } from '@gridfleet/shared/schema';
import { createAccount, createStrategy, gridParams } from '../fixtures.js';
import type { Answer, Caller, TestApi } from '../test-api.js';

/** A request that makes a route answer with an error that it declares. */
export interface Provocation {
  /** As the document names it: `POST /api/accounts/{id}/copy`. */
  route: string;
  code: string;
  ask: () => Promise<Answer>;
}

/** What provocations begin with: everything here belongs to the caller and is at rest. */
export interface World {
  api: TestApi;
  call: Caller;
  account: Account;
  /** One that nothing uses. */
  spare: Account;
  strategy: Strategy;
  /** Id of a template with params that fit. */
  template: number;
  sql: (text: string, values: unknown[]) => Promise<unknown>;
}

/** An order at the exchange that no books explain. */
export const FOREIGN_ORDER = 'a-foreign-order';
/** One that the world's strategy has placed, before it stopped. */
export const OWN_ORDER = 'an-own-order';
const PLACE = { salt: 'abcd', leg: 0, slot: 0, side: 'buy', generation: 9 } as const;
const TIME = new Date('2026-01-31T12:00:00.000Z');

/** @param name of everything that is made */
export async function makeWorld(api: TestApi, call: Caller, name: string): Promise<World> {
  const account = await createAccount(call, name);
  const spare = await createAccount(call, `${name} too`);
  const strategy = await createStrategy(call, account.id);
  const made = await call('POST', '/api/templates', { name, kind: 'range-grid', params: gridParams() });
  const seen = { side: 'buy' as const, price: '1', quantity: '1', filledQuantity: '0', isOrphan: true };
  await new ForeignOrderRepository(api.dataSource.manager).record(
    account.id,
    'BTC/USDT',
    [
      { ...seen, exchangeOrderId: FOREIGN_ORDER, clientOrderId: FOREIGN_ORDER },
      {
        ...seen,
        exchangeOrderId: OWN_ORDER,
        clientOrderId: clientOrderId({ ...PLACE, strategyId: strategy.id }),
      },
    ],
    TIME,
  );
  return {
    api,
    call,
    account,
    spare,
    strategy,
    template: (made.body as { id: number }).id,
    sql: (text, values) => api.dataSource.query(text, values),
  };
}
