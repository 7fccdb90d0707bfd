import type { CDPSession, Page } from 'playwright-core';

/** What the browser's main thread did during a stretch of time, ms. */
export interface Cost {
  script: number;
  /** Script, style, layout and painting together. */
  task: number;
  wall: number;
}

async function counters(session: CDPSession): Promise<{ script: number; task: number }> {
  const { metrics } = await session.send('Performance.getMetrics');
  const read = (name: string): number =>
    (metrics.find((metric) => metric.name === name)?.value ?? NaN) * 1_000;
  return { script: read('ScriptDuration'), task: read('TaskDuration') };
}

/** Main-thread time while `work` goes on. */
export async function costOf(session: CDPSession, work: () => Promise<void>): Promise<Cost> {
  const [before, began] = [await counters(session), performance.now()];
  await work();
  const after = await counters(session);
  return {
    script: after.script - before.script,
    task: after.task - before.task,
    wall: performance.now() - began,
  };
}

/**
 * Scrolls with the wheel and measures how long each frame took.
 * @returns lengths of the frames, ms
 */
export async function scrollFrames(page: Page, steps: number): Promise<number[]> {
  await page.evaluate(`
    window.frames_ = []; window.stop_ = false;
    let last = performance.now();
    const frame = (now) => { frames_.push(now - last); last = now; if (!stop_) requestAnimationFrame(frame); };
    requestAnimationFrame(frame);
  `);
  for (let step = 0; step < steps; step += 1) await page.mouse.wheel(0, step < steps / 2 ? 400 : -400);
  return page.evaluate<number[]>('window.stop_ = true, frames_.slice(1)');
}
