/** Seconds with one decimal, e.g. "12.3 s". */
export function seconds(milliseconds) {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

/** How soon, and then how often, long steps side by side are named while they run. */
const FIRST_NOTE_MS = 1_500;
const NEXT_NOTE_MS = 15_000;

/** Prints one line per finished step: "[1/4] npm packages … 12.3 s (installed)", the note being what the work returned. */
export function createProgress(total, out = process.stdout) {
  let number = 0;

  async function timed(title, work) {
    const startedAt = performance.now();
    try {
      const note = await work();
      const took = seconds(performance.now() - startedAt);
      return { title, words: typeof note === 'string' ? `${took} (${note})` : took };
    } catch (error) {
      return { title, words: `failed after ${seconds(performance.now() - startedAt)}`, error };
    }
  }

  /** One step: its title shows at once, its time when it is done. */
  async function step(title, work) {
    number += 1;
    out.write(`[${number}/${total}] ${title} … `);
    const { words, error } = await timed(title, work);
    out.write(`${words}\n`);
    if (error !== undefined) throw error;
  }

  /** Steps side by side: each shows when it is done. All end before the first error is thrown: none is left running. */
  async function together(works) {
    const running = new Set(Object.keys(works));
    const note = () => {
      out.write(`      working on ${[...running].join(', ')} …\n`);
      timer = setTimeout(note, NEXT_NOTE_MS);
    };
    let timer = setTimeout(note, FIRST_NOTE_MS);
    const results = await Promise.all(
      Object.entries(works).map(async ([title, work]) => {
        const result = await timed(title, work);
        running.delete(title);
        number += 1;
        out.write(`[${number}/${total}] ${title} … ${result.words}\n`);
        return result;
      }),
    );
    clearTimeout(timer);
    const failed = results.find(({ error }) => error !== undefined);
    if (failed) throw failed.error;
  }

  return { step, together };
}
