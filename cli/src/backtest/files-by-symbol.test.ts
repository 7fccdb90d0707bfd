import { describe, expect, it } from 'vitest';
import { filesBySymbol } from './files-by-symbol.js';

const SYMBOLS = ['BTC/USDT', 'ETH/USDT'];

describe('files given for symbols', () => {
  it('are all the only symbol’s own', () => {
    expect([...filesBySymbol(['a.csv', 'b.csv'], ['BTC/USDT'])]).toEqual([['BTC/USDT', ['a.csv', 'b.csv']]]);
  });

  it('are one for each symbol, in their order', () => {
    expect([...filesBySymbol(['a.csv', 'x/b=1.csv'], SYMBOLS).values()]).toEqual([['a.csv'], ['x/b=1.csv']]);
  });

  it('may name their symbol, several for one, in any order', () => {
    const files = ['ETH/USDT=e1.csv', 'ETH/USDT=e2.csv', 'b.csv'];
    expect([...filesBySymbol(files, SYMBOLS).values()]).toEqual([['b.csv'], ['e1.csv', 'e2.csv']]);
  });

  it.each([
    ['too few', ['a.csv'], /1 files for 2 symbols \(BTC\/USDT, ETH\/USDT\)/],
    ['one for a symbol nobody trades', ['a.csv', 'SOL/USDT=s.csv'], /no config is for SOL\/USDT/],
    ['named ones only for one of two', ['BTC/USDT=a.csv'], /ETH\/USDT has no market data/],
  ])('are refused when they are %s', (_, files, message) => {
    expect(() => filesBySymbol(files, SYMBOLS)).toThrow(message);
  });
});
