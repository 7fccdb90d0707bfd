import type { FastifyReply, FastifyRequest } from 'fastify';
import { userOf } from './identity.js';

interface Work {
  running: Promise<string>;
  next: Promise<string> | null;
}

/**
 * Answers that many ask for at once are made once for all of them. Whoever asks while one is being made gets the next: an
 * answer is never older than its question.
 */
export class SharedAnswers {
  readonly #work = new Map<string, Work>();

  ask(key: string, make: () => Promise<string>): Promise<string> {
    const work = this.#work.get(key);
    if (work === undefined) return this.#begin(key, make);
    work.next ??= work.running.then(
      () => this.#begin(key, make),
      () => this.#begin(key, make),
    );
    return work.next;
  }

  #begin(key: string, make: () => Promise<string>): Promise<string> {
    const running = make();
    const work: Work = { running, next: null };
    this.#work.set(key, work);
    const end = (): void => {
      if (work.next === null) this.#work.delete(key);
    };
    running.then(end, end);
    return running;
  }

  /** Sends what `make` gives, as the route's schema has it, made once for all who ask the same of the same workspace. */
  async reply(
    request: FastifyRequest,
    reply: FastifyReply,
    make: () => Promise<object>,
  ): Promise<FastifyReply> {
    const key = `${userOf(request).id} ${request.url}`;
    const text = await this.ask(key, async () => String(reply.serializeInput({ ...(await make()) }, '200')));
    return reply
      .type('application/json; charset=utf-8')
      .serializer((payload: unknown) => String(payload))
      .send(text);
  }
}
