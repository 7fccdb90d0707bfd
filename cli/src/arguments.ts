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
