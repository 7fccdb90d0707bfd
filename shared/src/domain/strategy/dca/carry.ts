import { Type, type Static } from 'typebox';
import { Value } from 'typebox/value';
import { Header, type DcaState } from './state.js';
import { readStored } from '../common/stored.js';

/** The round and the statistics survive an edit whole; only what belongs to a run does not. */
const Carried = Type.Omit(Header, ['paused', 'ending', 'exit', 'startPrice']);
export type Carried = Static<typeof Carried>;

const NOTHING: Carried = {
  buys: 0,
  lastBuyAt: null,
  lastBuyPrice: null,
  target: null,
  held: { base: '0', cost: '0', fee: '0' },
  sold: { base: '0', quote: '0', gross: '0', fees: '0' },
  realised: '0',
  funding: '0',
  cycles: 0,
  lateCycles: 0,
};

/** What a revision begins with; null is the very first start. @throws when it is not what `carryDca` gave. */
export function carriedFrom(carried: unknown): Carried {
  return carried === null ? NOTHING : readStored(Carried, carried, 'what is carried over');
}

export function carryDca(state: DcaState): Carried {
  return Value.Clean(Carried, Value.Clone(state.header)) as Carried;
}
