import { describe, expect, it } from 'vitest';
import {
  assetsOf,
  formatExact,
  formatFixed,
  formatPrice,
  formatQuantity,
  formatRatioAsPercent,
  formatSigned,
  placesOf,
  profitPlaces,
  signOf,
  worthOf,
} from './money.js';

describe('money on screen', () => {
  it('prints a price with the decimals of the tick size, grouped', () => {
    expect(formatPrice('67230.500000000000000000', '0.01')).toBe('67,230.50');
    expect(formatPrice('67230.505', '0.01')).toBe('67,230.51');
    expect(formatPrice('0.00001043', '0.00000001')).toBe('0.00001043');
    expect(formatPrice(null, '0.01')).toBe('–');
  });

  it('prints the exact value when the market rules are unknown', () => {
    expect(formatPrice('1234567.8900', null)).toBe('1,234,567.89');
    expect(formatQuantity('12500000', null)).toBe('12,500,000');
  });

  it('never hides digits that are finer than the step size', () => {
    expect(formatQuantity('0.0010000001', '0.00001')).toBe('0.0010000001');
    expect(formatQuantity('0.011', '0.00001')).toBe('0.01100');
  });

  it('keeps digits beyond what a binary float can hold', () => {
    expect(formatExact('123456789012345678.123456789012345678')).toBe(
      '123,456,789,012,345,678.123456789012345678',
    );
    expect(formatFixed('0.285', 2)).toBe('0.29');
    expect(formatFixed('1.005', 2)).toBe('1.01');
  });

  it('shows a profit with its sign, and no sign at zero', () => {
    expect(formatSigned('14.23051234', 4)).toBe('+14.2305');
    expect(formatSigned('-0.07392', 4)).toBe('-0.0739');
    expect(formatSigned('0.000', 4)).toBe('0.0000');
    expect([signOf('0.0'), signOf('0.1'), signOf('-0.1')]).toEqual([0, 1, -1]);
  });

  it('does not show a small profit as zero', () => {
    expect(formatSigned('0.00001', 4)).toBe('+0.00001000');
    expect(formatSigned('-0.00001', 4)).toBe('-0.00001000');
  });

  it('leaves text that is no number as it is', () => {
    expect(formatExact('n/a')).toBe('n/a');
    expect(formatFixed('1e5', 2)).toBe('1e5');
  });

  it('knows the decimal places of a size', () => {
    expect(['0.01', '1', '10', '0.00001000'].map(placesOf)).toEqual([2, 0, 0, 5]);
    expect([profitPlaces('0.01'), profitPlaces('1'), profitPlaces('0.00000001'), profitPlaces(null)]).toEqual(
      [4, 2, 8, 4],
    );
  });

  it('names the assets of spot and perpetual markets', () => {
    expect(assetsOf('BTC/USDT')).toEqual({ base: 'BTC', quote: 'USDT' });
    expect(assetsOf('ETH/USD:ETH')).toEqual({ base: 'ETH', quote: 'ETH' });
  });

  it('prints a ratio as a percentage', () => {
    expect(formatRatioAsPercent('0.977011494252')).toBe('97.7 %');
    expect(formatRatioAsPercent(null)).toBe('–');
  });
});

describe('the worth of what is held', () => {
  it('is quantity times price, also for a short, and unknown without a price', () => {
    expect(worthOf('0.31', '61688.01')).toBe('19,123.28');
    expect(worthOf('-2', '10')).toBe('20.00');
    expect(worthOf('0', '10')).toBeNull();
    expect(worthOf('1', null)).toBeNull();
  });
});
