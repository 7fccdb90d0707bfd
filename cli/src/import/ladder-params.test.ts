import { createCipheriv, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { strategyKinds } from '@gridfleet/shared/domain';
import { ladderParams, riskLimits } from './ladder-params.js';
import { openPredecessorSecret } from './predecessor-cipher.js';
import type { TheirStrategy } from './predecessor-rows.js';

const their: TheirStrategy = {
  id: '1',
  user_email: 'a@b.c',
  account_id: '1',
  name: 'n',
  symbol: 'BTC/USDT',
  base_order_size: '0.00100000',
  buy_price_deviation: '0.5000',
  sell_price_deviation: '1.0000',
  grid_levels: '3',
  price_tolerance: '0.1000',
  stop_loss: null,
  stop_loss_delay: null,
  max_open_positions: '10',
  max_daily_drawdown: null,
};

describe('a strategy of the predecessor', () => {
  it('becomes a ladder that its own schema accepts, with the same numbers', () => {
    const params = ladderParams(their);
    expect(params).toMatchObject({
      side: 'long',
      levels: 3,
      openDeviation: '0.5',
      closeDeviation: '1',
      quantity: { mode: 'base', value: '0.001' },
      anchor: 'trail-both',
      tolerance: '0.1',
      maxPositions: 10,
    });
    expect(strategyKinds.get('ladder-grid')?.errors(params)).toEqual([]);
    expect(params).not.toHaveProperty('stopLoss');
  });

  it.each([
    ['bilateral_grid', 'both'],
    ['short_grid', 'short'],
  ])('of type %s trades %s in hedge mode', (type, side) => {
    const params = ladderParams({ ...their, strategy_type: type });
    expect(params).toMatchObject({ side, positionMode: 'hedge' });
    expect(strategyKinds.get('ladder-grid')?.errors(params)).toEqual([]);
  });

  it('has its exits and its loss limit, and zero is off', () => {
    const exits = {
      ...their,
      stop_loss: '2.5000',
      stop_loss_delay: '90',
      max_daily_drawdown: '100.00000000',
    };
    expect(ladderParams(exits)).toMatchObject({ stopLoss: '2.5', maxHoldingMinutes: 2 });
    expect(riskLimits(exits)).toBe('{"maxDailyLoss":"100"}');
    expect(riskLimits({ ...their, max_daily_drawdown: '0.00000000' })).toBeNull();
    expect(ladderParams({ ...their, stop_loss: '0.0000' })).not.toHaveProperty('stopLoss');
  });

  it('of an unknown type has no place', () => {
    expect(ladderParams({ ...their, strategy_type: 'updown' })).toBeNull();
  });
});

describe('a secret of the predecessor', () => {
  const key = randomBytes(32);
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  const sealed = Buffer.concat([nonce, cipher.update('s3cret', 'utf8'), cipher.final(), cipher.getAuthTag()]);

  it('opens with its key and no other', () => {
    expect(openPredecessorSecret(sealed.toString('base64'), key.toString('hex'))).toBe('s3cret');
    expect(() => openPredecessorSecret(sealed.toString('base64'), randomBytes(32).toString('hex'))).toThrow();
  });
});
