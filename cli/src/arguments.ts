import { InvalidArgumentError } from 'commander';

/** A TCP port; 0 means any free one. */
export function parsePort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : NaN;
  if (!(port <= 65_535)) throw new InvalidArgumentError('A port is a whole number from 0 to 65535.');
  return port;
}

/** A replay speed: how many recorded seconds pass in one real second. */
export function parseSpeed(text: string): number {
  const speed = /^\d+(?:\.\d+)?$/.test(text) ? Number(text) : NaN;
  if (!(speed > 0 && speed <= 10_000)) {
    throw new InvalidArgumentError('A speed is a number above 0 and at most 10000.');
  }
  return speed;
}

/** A seed of the random numbers. */
export function parseSeed(text: string): number {
  const seed = /^\d{1,15}$/.test(text) ? Number(text) : NaN;
  if (!Number.isSafeInteger(seed))
    throw new InvalidArgumentError('A seed is a whole number of at most 15 digits.');
  return seed;
}

/** A limit of request weight. */
export function parseWeight(text: string): number {
  const weight = /^[1-9]\d{0,8}$/.test(text) ? Number(text) : NaN;
  if (Number.isNaN(weight)) throw new InvalidArgumentError('A weight is a whole number from 1 to 999999999.');
  return weight;
}

/** A price as exact decimal text, above zero. */
export function parsePrice(text: string): string {
  const isPrice = /^\d{1,18}(?:\.\d{1,18})?$/.test(text) && /[1-9]/.test(text);
  if (!isPrice) throw new InvalidArgumentError('A price is a number above 0 such as 0.25.');
  return text;
}

/** A fraction of a notional, e.g. "0.001" for 0.1 %; from 0 to below 1. */
export function parseFraction(text: string): string {
  if (!/^0(?:\.\d{1,18})?$/.test(text))
    throw new InvalidArgumentError('A rate is a fraction from 0 to below 1, such as 0.001 for 0.1 %.');
  return text;
}

/** How long an order takes, ms: a whole number up to a minute. */
export function parseLatency(text: string): number {
  const latency = /^\d{1,5}$/.test(text) ? Number(text) : NaN;
  if (!(latency <= 60_000))
    throw new InvalidArgumentError('A latency is a whole number of ms from 0 to 60000.');
  return latency;
}

/** A count from 1 to a thousand. */
export function parseCount(text: string): number {
  const count = /^\d{1,4}$/.test(text) ? Number(text) : NaN;
  if (!(count >= 1 && count <= 1_000))
    throw new InvalidArgumentError('A count is a whole number from 1 to 1000.');
  return count;
}

/** A share of the candles in percent. */
export function parsePercent(text: string): number {
  const percent = /^\d{1,3}(?:\.\d{1,4})?$/.test(text) ? Number(text) : NaN;
  if (!(percent > 0 && percent <= 100))
    throw new InvalidArgumentError('A share is a number above 0 and at most 100.');
  return percent;
}
