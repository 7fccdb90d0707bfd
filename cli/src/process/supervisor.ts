import { setTimeout as delay } from 'node:timers/promises';
import { nextRestart } from './back-off.js';
import { startProcess, type ProcessSpec, type RunningProcess } from './managed-process.js';
import { isStillRunning, type ProcessIdentity } from './process-identity.js';
import type { ProcessRecords } from './process-records.js';
import { stopProcess } from './stop-process.js';

/** What the supervisor needs from outside. */
export interface SupervisorOptions {
  records: Pick<ProcessRecords, 'note' | 'forget'>;
  /** Names in the order of stopping; programs of one group stop together. */
  stopOrder: readonly (readonly string[])[];
  /** Tells the user one sentence. */
  say: (sentence: string) => void;
}

/** Keeps programs running until told to stop, then stops them in order. */
export class Supervisor {
  /** The latest process of each program, ended or not. */
  private readonly programs = new Map<string, { spec: ProcessSpec; identity: ProcessIdentity }>();
  /** Settled when the latest start of a program is over, well or badly. */
  private readonly launches = new Map<string, Promise<void>>();
  private readonly watches: Promise<void>[] = [];
  private readonly stopping = new AbortController();

  constructor(private readonly options: SupervisorOptions) {}

  /**
   * Starts a program and keeps it running: one that ends is started again after a pause.
   * @throws StartFailed when the first start fails: only a program that has served is restarted; AbortError when
   * everything is being stopped
   */
  async start(spec: ProcessSpec): Promise<void> {
    const running = await this.launch(spec);
    // What was to follow this start must not begin while everything is being stopped.
    this.stopping.signal.throwIfAborted();
    this.watches.push(this.watch(spec, running));
  }

  /** Stops everything in order, gracefully; nothing is restarted from now on. Safe to call twice. */
  async stopAll(): Promise<void> {
    this.stopping.abort();
    for (const group of this.options.stopOrder) await Promise.all(group.map((name) => this.stopOne(name)));
    await Promise.all(this.watches);
  }

  /** Kills everything at once. */
  killAll(): void {
    this.stopping.abort();
    for (const { identity } of this.programs.values()) {
      if (isStillRunning(identity)) process.kill(identity.pid, 'SIGKILL');
    }
  }

  private isStopping(): boolean {
    return this.stopping.signal.aborted;
  }

  private launch(spec: ProcessSpec): Promise<RunningProcess> {
    this.stopping.signal.throwIfAborted();
    const launch = startProcess(spec, (identity) => {
      this.programs.set(spec.name, { spec, identity });
      this.options.records.note(spec.name, identity);
    });
    this.launches.set(
      spec.name,
      launch.then(
        () => {},
        () => {},
      ),
    );
    return launch;
  }

  private async watch(spec: ProcessSpec, first: RunningProcess): Promise<void> {
    let running: RunningProcess | undefined = first;
    let failures = 0;
    while (!this.isStopping()) {
      const startedAt = performance.now();
      if (running !== undefined) {
        const { code, signal } = await running.exited;
        if (this.isStopping()) return;
        const how = signal === null ? `exit code ${code}` : signal;
        this.options.say(`${spec.name} ended unexpectedly (${how}); its log is ${spec.logFile}`);
      }
      const next = nextRestart({ failures, ranMs: performance.now() - startedAt });
      failures = next.failures;
      this.options.say(`${spec.name} is started again in ${next.pauseMs / 1000} s.`);
      await delay(next.pauseMs, undefined, { signal: this.stopping.signal }).catch(() => {}); // stopping ends the pause
      running = await this.relaunch(spec);
    }
  }

  /** One more try; a failure is said and left to the next round. */
  private async relaunch(spec: ProcessSpec): Promise<RunningProcess | undefined> {
    if (this.isStopping()) return undefined;
    try {
      const running = await this.launch(spec);
      this.options.say(`${spec.name} is running again.`);
      return running;
    } catch (error) {
      if (!this.isStopping()) this.options.say(error instanceof Error ? error.message : String(error));
      return undefined;
    }
  }

  private async stopOne(name: string): Promise<void> {
    const program = this.programs.get(name);
    if (program === undefined) return;
    const { spec, identity } = program;
    if (spec.stopsOnlyWhenReady) await this.launches.get(name);
    const graceful = await stopProcess(identity, { graceMs: spec.graceMs });
    if (!graceful) {
      this.options.say(
        `${name} did not stop within ${spec.graceMs / 1000} s and was killed; its log is ${spec.logFile}`,
      );
    }
    this.options.records.forget(name);
  }
}
