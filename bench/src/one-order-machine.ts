import type { BoundStrategy, MachineState, PlanContext } from '@gridfleet/shared/domain';

const KEY = { leg: 0, market: 'BTC/USDT', positionSide: 'net', slot: 0 } as const;

function generationOf(state: MachineState): number {
  return (state.header as { generation: number }).generation;
}

/**
 * The smallest strategy there can be: each quote arms the next generation of one IOC order far below the market. What
 * is measured with it is the order path, not a grid.
 */
export function oneOrderMachine(context: PlanContext): BoundStrategy {
  const [leg] = context.legs;
  if (leg === undefined) throw new RangeError('the machine needs a leg');
  const price = Math.floor(leg.bid * 0.9);
  return {
    params: {},
    plan: () => {
      throw new Error('the measuring machine has no plan');
    },
    start: () => ({ state: { header: { generation: 1 }, slots: new Map([[0, null]]) }, commands: [] }),
    on: (_context, state, event) => {
      if (event.type !== 'quote') return { state, commands: [] };
      const generation = generationOf(state);
      return {
        state: {
          header: { generation: generation + 1 },
          slots: new Map([[0, { generation }]]),
        },
        commands: [
          {
            type: 'place',
            key: KEY,
            side: 'buy',
            generation,
            orderType: 'limit',
            timeInForce: 'IOC',
            postOnly: false,
            reduceOnly: false,
            price,
            quantity: 100,
          },
        ],
      };
    },
    carry: () => null,
    restore: (header, slots) => ({ header, slots }),
    slotKey: () => KEY,
    view: () => {
      throw new Error('the measuring machine has no view');
    },
  };
}
