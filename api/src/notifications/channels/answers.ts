import { WebhookTargetError } from '@gridfleet/shared/infra';
import type { HttpAnswer } from '../http/safe-http.js';
import type { SendContext, SendResult } from './channel-kind.js';

const SHOWN = 200;
/** Answers that mean "later": time-outs, too early, too many. */
const PASSING: ReadonlySet<number> = new Set([408, 425, 429]);

export function jsonOf(answer: HttpAnswer): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(answer.body);
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : {};
  } catch {
    return {}; // a provider's error page; its status says enough
  }
}

/** How long a provider wants to be left alone, from its header (seconds) or a field of its answer (seconds). */
function waitOf(answer: HttpAnswer, seconds: unknown): number | undefined {
  const asked = Number(seconds ?? answer.headers['retry-after']);
  return Number.isFinite(asked) && asked > 0 ? Math.ceil(asked * 1_000) : undefined;
}

export function refusal(answer: HttpAnswer, retryAfterSeconds?: unknown): SendResult {
  const { status, body } = answer;
  const permanent = status >= 300 && status < 500 && !PASSING.has(status);
  const wait = waitOf(answer, retryAfterSeconds);
  const what = status >= 300 && status < 400 ? 'redirects are not followed' : body.slice(0, SHOWN).trim();
  return {
    ok: false,
    permanent,
    reason: `HTTP ${status}${what === '' ? '' : `: ${what}`}`,
    ...(wait === undefined ? {} : { retryAfterMs: wait }),
  };
}

/** Posts JSON and lets `judge` say what an answer of 2xx means; everything else is a refusal. */
export async function postJson(
  { http, allowPrivate, deadlineMs }: SendContext,
  url: string,
  body: unknown,
  judge: (answer: HttpAnswer) => SendResult,
  headers: Record<string, string> = {},
): Promise<SendResult> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  try {
    const answer = await http(url, {
      headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
      body: text,
      allowPrivate,
      deadlineMs,
    });
    if (answer.status >= 200 && answer.status < 300) return judge(answer);
    // Discord says it at the top, Telegram among the parameters.
    const { retry_after: seconds, parameters } = jsonOf(answer);
    return refusal(answer, seconds ?? (Object(parameters) as Record<string, unknown>)['retry_after']);
  } catch (error) {
    // A name that does not resolve may do so later; an address that is not allowed stays forbidden.
    const permanent = error instanceof WebhookTargetError && !error.message.includes('cannot be resolved');
    return { ok: false, permanent, reason: error instanceof Error ? error.message : String(error) };
  }
}

export const accepted = (): SendResult => ({ ok: true });
