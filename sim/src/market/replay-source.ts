import type { Recording } from './recording.js';
import type { MarketSink, MarketSource } from './source.js';

/** Plays a recording; when looping, it starts again from the snapshot, otherwise the last book stands still. */
export class ReplaySource implements MarketSource {
  #sink: MarketSink | undefined;
  #next = 0;
  #position = 0;
  #loops = 0;

  constructor(
    private readonly recording: Recording,
    private readonly loop: boolean,
  ) {}

  get symbol(): string {
    return this.recording.rules.symbol;
  }

  get length(): number {
    return this.recording.length;
  }

  get position(): number {
    return Math.min(this.#position, this.length);
  }

  get ended(): boolean {
    return !this.loop && this.#next >= this.recording.count;
  }

  get untilNext(): number {
    if (this.#next < this.recording.count) return this.recording.timeAt(this.#next) - this.#position;
    return this.loop && this.length > 0 ? this.length - this.#position : Infinity;
  }

  get loops(): number {
    return this.#loops;
  }

  start(sink: MarketSink, position = 0): void {
    this.#sink = sink;
    sink.reset(this.recording.snapshot);
    this.#playDue(sink);
    this.#position = Math.min(Math.max(position, 0), this.length);
    // The way to the position only brings the book up to date: its trades are the past.
    this.#playDue({
      reset: (snapshot) => sink.reset(snapshot),
      quote: (bid, ask) => sink.quote(bid, ask),
      levels: (changes) => sink.levels(changes),
      trade: () => undefined,
    });
  }

  advance(elapsed: number): void {
    const sink = this.#sink;
    if (!sink || this.ended) return;
    this.#position += elapsed;
    this.#playDue(sink);
    while (this.loop && this.length > 0 && this.#position > this.length) {
      this.#position -= this.length;
      this.#next = 0;
      this.#loops++;
      sink.reset(this.recording.snapshot);
      this.#playDue(sink);
    }
  }

  #playDue(sink: MarketSink): void {
    while (this.recording.timeAt(this.#next) <= this.#position) this.recording.play(this.#next++, sink);
  }
}
