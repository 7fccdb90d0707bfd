import type { Rest } from './rest.js';
import { waitUntil } from './wait.js';

/** A gate that a refusal of the exchange has closed stays closed for a minute. */
const CREATED_MS = 90_000;

/** Posts until it is created: the exchange, or a busy machine, may need a while to answer. @returns the id */
export async function created(api: Rest, path: string, body: unknown): Promise<number> {
  const answer = await waitUntil(
    async () => {
      const got = await api.post<{ id: number }>(path, body);
      if (got.status !== 201) throw new Error(`${path} was refused: ${JSON.stringify(got.body)}`);
      return got;
    },
    { timeoutMs: CREATED_MS, what: `${path} to be accepted`, everyMs: 500 },
  );
  return answer.body.id;
}
