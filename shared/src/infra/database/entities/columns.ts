/** Money: exact, read as text (mysql2 never turns DECIMAL into a binary float). */
export const MONEY = {
  type: 'decimal',
  precision: 36,
  scale: 18,
  transformer: { from: trimmed, to: (value: unknown) => value },
} as const;

/** Milliseconds, UTC. */
export const TIME = { type: 'datetime', precision: 3 } as const;

/** MySQL has no boolean: 0 and 1 on the wire. */
export const FLAG = {
  from: (value: unknown): boolean => value === 1 || value === true,
  to: (value: unknown) => value,
};

/** DECIMAL(36,18) comes with all its zeros: "1.500000000000000000" is "1.5" everywhere else. */
export function trimmed(value: unknown): unknown {
  if (typeof value !== 'string' || !value.includes('.')) return value;
  return value.replace(/\.?0+$/, '');
}
