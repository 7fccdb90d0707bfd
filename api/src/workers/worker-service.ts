import type { DataSource } from 'typeorm';
import { drainNode, readWorkers, type Logger, type Redis } from '@gridfleet/shared/infra';
import { GridfleetError, type WorkerInfo } from '@gridfleet/shared/schema';

const DRAINING: ReadonlySet<string> = new Set(['draining', 'drained']);

/** The nodes that are alive, and what operators want of them. */
export class WorkerService {
  readonly #dataSource: DataSource;
  readonly #redis: Redis;
  readonly #logger: Logger;

  constructor(dataSource: DataSource, redis: Redis, logger: Logger) {
    this.#dataSource = dataSource;
    this.#redis = redis;
    this.#logger = logger;
  }

  list(): Promise<WorkerInfo[]> {
    return readWorkers(this.#redis);
  }

  /**
   * Repeating it changes nothing.
   * @returns the node as it will be; it hears of it within two seconds at the latest
   * @throws GridfleetError NOT_FOUND when no living node has this name
   */
  async setDraining(name: string, isDraining: boolean): Promise<WorkerInfo> {
    const node = (await this.list()).find((each) => each.name === name);
    if (node === undefined) throw new GridfleetError('NOT_FOUND', `No living node is called "${name}"`);
    await drainNode(this.#dataSource.manager, this.#redis, name, isDraining, (err) => {
      this.#logger.warn({ err, name }, 'the node was not told; it looks by itself');
    });
    if (DRAINING.has(node.state) === isDraining) return node;
    return { ...node, state: isDraining ? 'draining' : 'ready' };
  }
}
