import type { FastifyReply, FastifyRequest } from 'fastify';
import { userOf } from './identity.js';
import { SharedWork } from './shared-work.js';

/** Answers that many ask for at once are made, and made into bytes, once for all of them. */
export class SharedAnswers {
  readonly #answers = new SharedWork<Buffer>();

  /** Sends what `make` gives, as the route's schema has it, to all who ask the same of the same workspace. */
  async reply(
    request: FastifyRequest,
    reply: FastifyReply,
    make: () => Promise<object>,
  ): Promise<FastifyReply> {
    const key = `${userOf(request).id} ${request.url}`;
    const bytes = await this.#answers.ask(key, async () =>
      Buffer.from(String(reply.serializeInput({ ...(await make()) }, '200'))),
    );
    return reply.type('application/json; charset=utf-8').send(bytes);
  }
}
