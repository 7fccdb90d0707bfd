import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { ServerCpu, ServerReady, ServerTask } from './simulator-server.js';

const START_MS = 20_000;
const ANSWER_MS = 5000;

/** A server in a process of its own, so that it has a core to itself. */
export class ServerProcess {
  private constructor(
    private readonly child: ChildProcess,
    readonly port: number,
  ) {}

  static async start(task: ServerTask): Promise<ServerProcess> {
    const child = fork(fileURLToPath(new URL('./simulator-server.js', import.meta.url)));
    child.send(task);
    const [{ port }] = (await once(child, 'message', { signal: AbortSignal.timeout(START_MS) })) as [
      ServerReady,
    ];
    return new ServerProcess(child, port);
  }

  /** CPU time the process has used so far, µs. */
  async cpuUs(): Promise<number> {
    this.child.send('cpu');
    const [{ cpuUs }] = (await once(this.child, 'message', { signal: AbortSignal.timeout(ANSWER_MS) })) as [
      ServerCpu,
    ];
    return cpuUs;
  }

  /** Lets the process exit by itself, so that `node --cpu-prof` of the bench also profiles its servers. */
  end(): void {
    this.child.disconnect();
  }
}

/** Runs a server while it is measured. */
export async function withServer<T>(
  task: ServerTask,
  measure: (server: ServerProcess) => Promise<T>,
): Promise<T> {
  const server = await ServerProcess.start(task);
  try {
    return await measure(server);
  } finally {
    server.end();
  }
}
