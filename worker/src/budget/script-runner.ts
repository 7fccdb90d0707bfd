import { createHash } from 'node:crypto';
import type { Redis } from '@gridfleet/shared/infra';

export interface ScriptCall {
  script: string;
  keys: readonly string[];
  args: readonly (string | number)[];
}

export interface ScriptReply {
  error: Error | null;
  value: unknown;
}

type Evaluate = 'eval' | 'evalsha';

/**
 * Runs scripts one after the other in one round trip: under load that is a write to the socket for many orders instead of
 * one for each. By digest; the text follows only when Redis does not know it (any more).
 * @returns a reply for each call; rejects only when nothing came back
 */
export async function runScripts(redis: Redis, calls: readonly ScriptCall[]): Promise<ScriptReply[]> {
  const replies = await runAll(redis, 'evalsha', calls);
  const unknown = calls.filter((_call, index) => isUnknown(replies[index]));
  if (unknown.length === 0) return replies;
  const late = (await runAll(redis, 'eval', unknown)).values();
  return replies.map((reply) => (isUnknown(reply) ? (late.next().value ?? reply) : reply));
}

async function runAll(redis: Redis, command: Evaluate, calls: readonly ScriptCall[]): Promise<ScriptReply[]> {
  const pipeline = redis.pipeline();
  for (const { script, keys, args } of calls) {
    pipeline[command](command === 'eval' ? script : digestOf(script), keys.length, ...keys, ...args);
  }
  const replies = (await pipeline.exec()) ?? [];
  return calls.map((_call, index) => {
    const [error, value] = replies[index] ?? [new Error('Redis did not answer'), null];
    return { error, value };
  });
}

function isUnknown(reply: ScriptReply | undefined): boolean {
  return reply?.error?.message.startsWith('NOSCRIPT') ?? false;
}

const digests = new Map<string, string>();

function digestOf(script: string): string {
  const known = digests.get(script);
  if (known !== undefined) return known;
  const digest = createHash('sha1').update(script).digest('hex');
  digests.set(script, digest);
  return digest;
}
