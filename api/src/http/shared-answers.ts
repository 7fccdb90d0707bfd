import type { FastifyReply, FastifyRequest } from 'fastify';
import { userOf } from './identity.js';
import { SharedWork } from './shared-work.js';

/** Answers that many ask for at once are made, and made into text, once for all of them. */
export class SharedAnswers {
  readonly #texts = new SharedWork<string>();

  /** Sends what `make` gives, as the route's schema has it, to all who ask the same of the same workspace. */
  async reply(
    request: FastifyRequest,
    reply: FastifyReply,
    make: () => Promise<object>,
  ): Promise<FastifyReply> {
    const key = `${userOf(request).id} ${request.url}`;
    const text = await this.#texts.ask(key, async () =>
      String(reply.serializeInput({ ...(await make()) }, '200')),
    );
    return reply
      .type('application/json; charset=utf-8')
      .serializer((payload: unknown) => String(payload))
      .send(text);
  }
}
