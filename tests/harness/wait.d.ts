/** How long to wait, and for what: the text completes "timed out after N ms waiting for …". */
export interface WaitOptions {
    timeoutMs: number;
    what: string;
    /** Pause between looks, default 50 ms. */
    everyMs?: number;
}
/**
 * Polls until `look` returns something other than false, null or undefined, and returns it. An error thrown by `look`
 * counts as "not yet"; the last one is the cause of the time-out.
 */
export declare function waitUntil<T>(look: () => T | Promise<T>, { timeoutMs, what, everyMs }: WaitOptions): Promise<Exclude<T, false | null | undefined>>;
//# sourceMappingURL=wait.d.ts.map