import { Type, type Static } from 'typebox';
import { Value } from 'typebox/value';
import type { Http } from '../http/safe-http.js';

/** Seconds Telegram keeps a request for updates open. */
const LONG_POLL_S = 20;
const SLACK_MS = 10_000;
const LONGEST_TEXT = 4_000;

const Message = Type.Object({
  date: Type.Integer(),
  text: Type.String(),
  chat: Type.Object({ id: Type.Integer() }),
});

/** What a chat sent; `message` null for everything that is not a text (photos, members joining). */
export interface Update {
  id: number;
  message: Static<typeof Message> | null;
}

const Answer = Type.Object({
  ok: Type.Literal(true),
  result: Type.Array(Type.Object({ update_id: Type.Integer(), message: Type.Optional(Type.Unknown()) })),
});

export interface BotApiOptions {
  http: Http;
  baseUrl: string;
  allowPrivate: boolean;
  deadlineMs: number;
}

/** The two methods of Telegram's Bot API that commands need. */
export class BotApi {
  readonly #options: BotApiOptions;

  constructor(options: BotApiOptions) {
    this.#options = options;
  }

  /** Waits for messages from `offset` on; asking for an offset confirms all before it. @throws Error, without the token */
  async updates(token: string, offset: number, signal: AbortSignal): Promise<Update[]> {
    const answer = await this.#call(
      token,
      'getUpdates',
      { offset, timeout: LONG_POLL_S, allowed_updates: ['message'] },
      LONG_POLL_S * 1_000 + SLACK_MS,
      signal,
    );
    if (!Value.Check(Answer, answer)) throw new Error('Telegram answered something else than updates');
    return answer.result.map(({ update_id: id, message }) => ({
      id,
      message: Value.Check(Message, message) ? message : null,
    }));
  }

  /** Plain text: nothing in it is interpreted. */
  async reply(token: string, chatId: number, text: string, signal: AbortSignal): Promise<void> {
    const body = { chat_id: chatId, text: text.slice(0, LONGEST_TEXT) };
    await this.#call(token, 'sendMessage', body, this.#options.deadlineMs, signal);
  }

  async #call(
    token: string,
    method: string,
    body: unknown,
    deadlineMs: number,
    signal: AbortSignal,
  ): Promise<unknown> {
    const { http, baseUrl, allowPrivate } = this.#options;
    const answer = await http(`${baseUrl}/bot${token}/${method}`, {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      allowPrivate,
      deadlineMs,
      signal,
    });
    if (answer.status !== 200) throw new Error(`Telegram answered ${method} with HTTP ${answer.status}`);
    return JSON.parse(answer.body) as unknown;
  }
}
