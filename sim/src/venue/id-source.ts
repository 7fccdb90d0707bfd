import { randomBytes } from 'node:crypto';
import { mulberry32 } from '../random.js';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** Random alphanumeric text, for keys and generated order ids; repeatable when seeded. */
export class IdSource {
  readonly #next: () => number;

  constructor(seed?: number) {
    this.#next = seed === undefined ? secureNumbers() : mulberry32(seed);
  }

  text(length: number): string {
    let text = '';
    while (text.length < length) text += ALPHABET[this.#next() % ALPHABET.length] ?? '';
    return text;
  }
}

/** Unpredictable 32-bit numbers, drawn from the system by the hundred: a draw each would cost more than an order. */
function secureNumbers(): () => number {
  let pool = Buffer.alloc(0);
  let next = 0;
  return () => {
    if (next >= pool.length) {
      pool = randomBytes(1024);
      next = 0;
    }
    next += 4;
    return pool.readUInt32LE(next - 4);
  };
}
