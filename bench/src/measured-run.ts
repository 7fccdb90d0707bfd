import type { LegContext, PlanContext } from '@gridfleet/shared/domain';
import {
  addNewState,
  Batch,
  firstStep,
  stepAll,
  stepStatements,
  type CommittedStep,
  type HookedBinance,
  type RunFrame,
  type RunMemory,
  type StepStore,
} from '@gridfleet/worker';
import { oneOrderMachine } from './one-order-machine.js';

export const SYMBOL = 'BTC/USDT';

const MARKET: LegContext['market'] = {
  symbol: SYMBOL,
  type: 'spot',
  base: 'BTC',
  quote: 'USDT',
  tickSize: '0.01',
  stepSize: '0.00001',
  minQuantity: '0.00001',
  maxQuantity: '9000',
  minNotional: '5',
  active: true,
};

/** What a strategy that begins at a bid knows of its market. */
export function contextAt(bid: number): PlanContext {
  const leg = { leg: 0, market: MARKET, bid, ask: bid + 1, makerRate: '0', takerRate: '0' };
  return { legs: [{ ...leg, baseFree: null, quoteFree: null }] };
}

/** The frame of a stored strategy that arms one order with each quote. */
export function frameOf(
  stored: Pick<RunFrame, 'strategyId' | 'runId' | 'fence' | 'accountIds'>,
  bid: number,
): RunFrame {
  const context = contextAt(bid);
  return { ...stored, salt: 'b3nc', kind: oneOrderMachine(context), context };
}

/** The strategy whose orders are measured: its machine, its rows and what it remembers between two quotes. */
export class Measured {
  memory: RunMemory;
  #policies: CommittedStep['policies'];

  private constructor(
    readonly frame: RunFrame,
    readonly store: StepStore,
    first: CommittedStep,
  ) {
    this.memory = first.result.memory;
    this.#policies = first.policies;
  }

  static async start(frame: RunFrame, store: StepStore): Promise<Measured> {
    const now = new Date();
    const begin = frame.kind.start({ ...frame.context, firstGeneration: 1, carried: null }, now.getTime());
    const first = await store.commit(frame, null, (view) => {
      const result = firstStep(frame, begin, view, now.getTime());
      const batch = new Batch();
      addNewState(batch, frame.strategyId, 1, frame.context, result.memory.machine.header, now);
      const step = stepStatements(frame, result, now);
      const offset = batch.append(step.batch);
      return { result, write: { batch, read: (answers) => step.read(answers.slice(offset)) } };
    });
    return new Measured(frame, store, first);
  }

  /** From a quote to the committed intent of its order. */
  async quote(bid: number): Promise<{ id: string; price: string; quantity: string }> {
    const now = Date.now();
    const event = { type: 'quote', leg: 0, market: SYMBOL, bid, ask: bid + 1 } as const;
    const step = await this.store.commit(this.frame, this.#policies, (view) => {
      const result = stepAll(this.frame, this.memory, [{ type: 'event', event }], view, now);
      return { result, write: stepStatements(this.frame, result, new Date(now)) };
    });
    const [intent] = step.written.intents;
    if (intent === undefined) throw new Error('the quote armed no order');
    // Orders are over at once here; a real run hears of it and forgets them.
    this.memory = { ...step.result.memory, orders: new Map() };
    this.#policies = step.policies;
    const { clientOrderId, price, quantity } = intent.row;
    return { id: clientOrderId, price: price ?? '', quantity };
  }
}

/** One order as the node sends it. @param onWrite called when its request is written */
export function order(
  client: HookedBinance,
  id: string,
  price: string,
  quantity: string,
  onWrite: () => void = () => undefined,
): ReturnType<HookedBinance['createOrder']> {
  // ccxt formats text amounts exactly, though it declares numbers.
  const text = (value: string): number => value as unknown as number;
  const place = (): ReturnType<HookedBinance['createOrder']> =>
    client.createOrder(SYMBOL, 'limit', 'buy', text(quantity), text(price), {
      clientOrderId: id,
      timeInForce: 'IOC',
    });
  return client.placements.run(id, onWrite, place).result;
}
