import type { Answer, RequestVenue } from '../server/endpoint.js';
import type { Delivery, RequestHandler, RequestWork } from '../server/request-desk.js';
import type { RequestAction, RequestActions } from './actions.js';
import { isEffect } from './actions.js';
import type { EffectRunner } from './effects.js';
import type { Decision, FaultRules } from './fault-rules.js';
import type { Timers } from './timers.js';

const NO_ANSWER = { status: 502, headers: {}, weight: 0 };

/** Does to requests what the rules say. */
export class RequestFaults {
  constructor(
    private readonly rules: FaultRules,
    private readonly effects: EffectRunner,
    private readonly timers: Timers,
  ) {}

  /** Passes requests without faults on; `met` is told the kinds of those a request meets. */
  handle(
    venue: RequestVenue,
    work: RequestWork,
    met: (faults: string[]) => void,
  ): ReturnType<RequestHandler> {
    if (!this.rules.watchesRequests) return { kind: 'answer', answer: work.run() };
    const subject = { venue: venue.name, ...work.info };
    const decisions = this.rules.forRequest(subject);
    if (decisions.length === 0) return { kind: 'answer', answer: work.run() };
    met(decisions.map(({ action }) => action.type));
    const actions: Decision<RequestAction>[] = [];
    for (const { rule, action } of decisions) {
      if (isEffect(action)) this.effects.run(rule, action, subject);
      else actions.push({ rule, action });
    }
    return this.#perform(venue, work, actions);
  }

  async #perform(
    venue: RequestVenue,
    work: RequestWork,
    decisions: Decision<RequestAction>[],
  ): Promise<Delivery> {
    const find = <T extends keyof RequestActions>(type: T): RequestActions[T] | undefined =>
      decisions
        .map(({ action }) => action)
        .find((action): action is RequestActions[T] => action.type === type);
    const delay = (when: 'before' | 'after'): number =>
      decisions.reduce(
        (sum, { rule, action }) =>
          sum + (action.type === 'delay' && (action.when ?? 'before') === when ? rule.draw(action.ms) : 0),
        0,
      );
    const dropped = find('drop-request');
    if (dropped) return { kind: dropped.end ?? 'silence' };
    const before = delay('before');
    if (before > 0) await this.timers.wait(before);
    const ban = find('ban');
    if (ban) venue.limits.bans.refuse(work.info.ip, ban.status, ban.seconds * 1000);
    const run = (): Answer =>
      work.run({ clockOffset: find('clock-offset')?.ms ?? 0, lag: find('replica-lag')?.ms ?? 0 });
    const late = decisions.find(({ action }) => action.type === 'accept-late');
    if (late?.action.type === 'accept-late') {
      this.timers.after(late.rule.draw(late.action.ms), run);
      return { kind: late.action.end ?? 'silence' };
    }
    const fixed = find('answer');
    const answer = fixed && fixed.processed !== true ? undefined : run();
    const after = delay('after');
    if (after > 0) await this.timers.wait(after);
    const lost = find('drop-response');
    if (lost) return { kind: lost.end ?? 'silence' };
    if (fixed) return fixedAnswer(fixed);
    return spoil(answer ?? { ...NO_ANSWER, body: '' }, find('cut-list'), find('truncate'));
  }
}

function fixedAnswer({ status, code, msg, body, retryAfterSeconds }: RequestActions['answer']): Delivery {
  const html = body?.trimStart().startsWith('<') === true;
  const headers = {
    ...(retryAfterSeconds === undefined ? {} : { 'Retry-After': String(retryAfterSeconds) }),
    ...(html ? { 'Content-Type': 'text/html' } : {}),
  };
  const answer = {
    status,
    headers,
    weight: 0,
    body: { code: code ?? -1000, msg: msg ?? 'Service unavailable.' },
  };
  return { kind: 'answer', answer, ...(body === undefined ? {} : { text: body }) };
}

function spoil(
  answer: Answer,
  cut: RequestActions['cut-list'] | undefined,
  truncate: RequestActions['truncate'] | undefined,
): Delivery {
  const body: unknown = cut && Array.isArray(answer.body) ? answer.body.slice(0, cut.keep) : answer.body;
  if (!truncate) return { kind: 'answer', answer: { ...answer, body } };
  const text = JSON.stringify(body);
  return {
    kind: 'answer',
    answer: { ...answer, body },
    text: text.slice(0, truncate.bytes ?? Math.floor(text.length / 2)),
  };
}
