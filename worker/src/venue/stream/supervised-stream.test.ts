import { describe, expect, it } from 'vitest';
import {
  fullJitter,
  STREAM_TIMES,
  SupervisedStream,
  type LinkEnd,
  type StreamLink,
  type StreamTimes,
} from './supervised-stream.js';

const FAST: Partial<StreamTimes> = {
  dialMs: 60,
  checkMs: 5,
  pingMs: 10,
  silentMs: 60,
  rotateMs: 3_600_000,
  rotateSpreadMs: 0,
  overlapMs: 10,
  backoffMs: 1,
  backoffMaxMs: 5,
};

/** A link the test opens, ends and makes silent. */
class FakeLink implements StreamLink {
  pings = 0;
  closed = false;
  answersPings = true;
  eventAt = performance.now();
  #frameAt = performance.now();
  confirm: () => void = () => undefined;
  fail: (error: Error) => void = () => undefined;
  end: (end: LinkEnd) => void = () => undefined;
  readonly opened = new Promise<void>((resolve, reject) => {
    this.confirm = resolve;
    this.fail = reject;
  });
  readonly ended = new Promise<LinkEnd>((resolve) => {
    this.end = resolve;
  });

  lastFrameAt(): number {
    return this.#frameAt;
  }
  lastEventAt(): number {
    return this.eventAt;
  }
  ping(): void {
    this.pings += 1;
    if (this.answersPings) this.#frameAt = performance.now();
  }
  close(): void {
    this.closed = true;
  }
}

interface Rig {
  links: FakeLink[];
  news: string[];
  stream: SupervisedStream;
  /** The n-th link, once it has been opened. */
  link(index: number): Promise<FakeLink>;
  stop(): Promise<void>;
}

function rig(
  times: Partial<StreamTimes> = {},
  prepare: (link: FakeLink, index: number) => void = (link) => link.confirm(),
): Rig {
  const links: FakeLink[] = [];
  const news: string[] = [];
  const stream = new SupervisedStream(
    () => {
      const link = new FakeLink();
      links.push(link);
      prepare(link, links.length - 1);
      return link;
    },
    {
      onOpen: (missed) => news.push(missed ? 'open' : 'taken over'),
      onLost: (reason) => news.push(`lost: ${reason}`),
    },
    { ...FAST, ...times },
  );
  const abort = new AbortController();
  const done = stream.run(abort.signal);
  return {
    links,
    news,
    stream,
    link: async (index) => {
      await expect.poll(() => links.length, { timeout: 5_000, interval: 5 }).toBeGreaterThan(index);
      const link = links[index];
      if (link === undefined) throw new Error('no such link');
      return link;
    },
    stop: async () => {
      abort.abort();
      await done;
    },
  };
}

const poll = (look: () => unknown) => expect.poll(look, { timeout: 5_000, interval: 5 });

describe('a supervised stream', () => {
  it('dials again when a link ends, and says that events may be missing', async () => {
    const { link, news, stop } = rig();
    (await link(0)).end({ reason: 'closed', planned: false });
    await link(1);
    await poll(() => news).toEqual(['open', 'lost: closed', 'open']);
    expect((await link(0)).closed).toBe(true);
    await stop();
  });

  it('gives up a link that the venue never confirms', async () => {
    const { link, news, stop } = rig({}, (opening, index) => {
      if (index > 0) opening.confirm();
    });
    await link(1);
    await poll(() => news).toEqual(['lost: the venue did not confirm the stream in time', 'open']);
    expect((await link(0)).closed).toBe(true);
    await stop();
  });

  it('survives links that fail while they are opened', async () => {
    const { news, stop } = rig({}, (opening, index) => {
      if (index < 3) opening.fail(new Error('refused'));
      else opening.confirm();
    });
    await poll(() => news).toEqual(['lost: refused', 'lost: refused', 'lost: refused', 'open']);
    await stop();
  });

  it('pings, and replaces a link that brings no frame at all', async () => {
    const { link, news, stop } = rig();
    const first = await link(0);
    await poll(() => first.pings).toBeGreaterThan(2);
    first.answersPings = false;
    await link(1);
    await poll(() => news).toEqual(['open', 'lost: no frame for 60 ms', 'open']);
    await stop();
  });

  it('replaces a link that answers pings but brings no events', async () => {
    const { link, news, stop } = rig({ eventlessMs: 50 });
    await link(1);
    await poll(() => news.slice(0, 2)).toEqual(['open', 'taken over']);
    await stop();
  });

  it('opens the successor of an old link before it closes it', async () => {
    let second: FakeLink | null = null;
    const { link, news, stop } = rig({ rotateMs: 40 }, (opening, index) => {
      if (index === 1) second = opening;
      else opening.confirm();
    });
    await link(1);
    const first = await link(0);
    expect(first.closed).toBe(false);
    const waiting = second as FakeLink | null;
    waiting?.confirm();
    await poll(() => first.closed).toBe(true);
    expect(news.slice(0, 2)).toEqual(['open', 'taken over']);
    await stop();
  });

  it('replaces the link when somebody has noticed that it is deaf', async () => {
    const { link, news, stream, stop } = rig();
    await link(0);
    await poll(() => news).toEqual(['open']);
    stream.replace('it brings nothing');
    await link(1);
    await poll(() => news).toEqual(['open', 'taken over']);
    await stop();
  });

  it('closes what is open and ends when it is stopped, whatever it waits for', async () => {
    const hanging = rig({ dialMs: 60_000 }, () => undefined);
    const first = await hanging.link(0);
    await hanging.stop();
    expect(first.closed).toBe(true);
    const running = rig();
    const second = await running.link(0);
    await running.stop();
    expect(second.closed).toBe(true);
  });

  it('waits a random part of a back-off that doubles up to half a minute', () => {
    const most = (failures: number): number => fullJitter(failures, STREAM_TIMES, () => 1);
    expect([0, 1, 2, 3, 4, 5, 6, 7, 1_000].map(most)).toEqual([
      500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000,
    ]);
    expect(fullJitter(3, STREAM_TIMES, () => 0.25)).toBe(1_000);
    expect(fullJitter(3, STREAM_TIMES, () => 0)).toBe(0);
  });
});
