import { setTimeout as delay } from 'node:timers/promises';
/**
 * Polls until `look` returns something other than false, null or undefined, and returns it. An error thrown by `look`
 * counts as "not yet"; the last one is the cause of the time-out.
 */
export async function waitUntil(look, { timeoutMs, what, everyMs = 50 }) {
    const deadline = performance.now() + timeoutMs;
    for (;;) {
        let cause;
        try {
            const seen = await look();
            if (seen !== false && seen !== null && seen !== undefined) {
                return seen;
            }
        }
        catch (error) {
            cause = error;
        }
        if (performance.now() >= deadline) {
            throw new Error(`timed out after ${timeoutMs} ms waiting for ${what}`, { cause });
        }
        await delay(everyMs);
    }
}
//# sourceMappingURL=wait.js.map