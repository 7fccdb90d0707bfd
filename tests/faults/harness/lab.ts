import { connectDatabase } from '@gridfleet/shared/infra';
import { TestPlatform } from '../../harness/platform.js';
import type { GridfleetProcess } from '../../harness/processes.js';
import type { Rest } from '../../harness/rest.js';
import { TestSimulator } from '../../harness/simulator.js';
import { marketFlags } from './market.js';

/** Periods of the engine against those in production: it looks at the exchange each 4 s and not each 15 s. */
const TIME_SCALE = '0.25';
/** Many accounts share the lab's one address; the exchange's weight would make them wait for the next minute. */
const WEIGHT = '1000000';

type Database = Awaited<ReturnType<typeof connectDatabase>>;

/** A request as the simulator lists it. */
export interface SeenRequest {
  id: number;
  method: string;
  path: string;
  account: string | null;
}

/** Where runs happen: a simulator with the markets of the lab, an API and a worker, each a process of its own. */
export class Lab {
  #nodes = 1;
  #batches: Promise<Database> | undefined;

  private constructor(
    readonly simulator: TestSimulator,
    readonly platform: TestPlatform,
    readonly api: Rest,
    private worker: GridfleetProcess,
  ) {}

  static async open(): Promise<Lab> {
    const simulator = await TestSimulator.start(1, marketFlags(), ['--weight', WEIGHT]);
    const platform = await TestPlatform.create(simulator.url, { TIME_SCALE });
    const [{ api }, worker] = await Promise.all([platform.startApi(), platform.startWorker('node-1')]);
    return new Lab(simulator, platform, api, worker);
  }

  /**
   * The node ends as a crash ends it, or freezes; a new one takes its runs when the leases are over.
   * @returns the old node
   */
  async replaceWorker(how: 'killed' | 'frozen'): Promise<GridfleetProcess> {
    const old = this.worker;
    if (how === 'killed') await old.kill();
    else old.freeze();
    this.#nodes += 1;
    this.worker = await this.platform.startWorker(`node-${this.#nodes}`);
    return old;
  }

  /** A connection as a node has it: one query may carry several statements. */
  batches(): Promise<Database> {
    return (this.#batches ??= connectDatabase(this.platform.env['DATABASE_URL'] ?? '', 4, undefined, true));
  }

  /** The id of the latest request the exchange has seen. */
  async lastRequest(): Promise<number> {
    return (await this.#requests('limit=1')).last;
  }

  /** All requests after one, oldest first. */
  async requestsSince(id: number): Promise<SeenRequest[]> {
    const seen: SeenRequest[] = [];
    for (let last = id; ;) {
      const page = await this.#requests(`since=${last}`);
      seen.push(...page.requests);
      if (page.requests.length === 0) return seen;
      last = page.last;
    }
  }

  async #requests(query: string): Promise<{ requests: SeenRequest[]; last: number }> {
    const path = `/_sim/requests?${query}`;
    return (await this.simulator.control.get<{ requests: SeenRequest[]; last: number }>(path)).body;
  }

  async close(): Promise<void> {
    await (await this.#batches)?.destroy();
    await this.platform.close();
    await this.simulator.process.stop();
  }
}
