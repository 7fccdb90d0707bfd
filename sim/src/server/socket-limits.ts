import type { WebSocket } from 'ws';

/** What the exchange allows on its WebSocket addresses. */
export interface SocketLimits {
  /** Frames a client may send in a second on one spot stream connection, pings and pongs included. */
  spotFrames: number;
  /** The same on a futures stream connection. */
  futuresFrames: number;
  /** New connections of one address to one venue in five minutes. */
  connections: number;
}

/** Binance's limits. */
export const STANDARD_SOCKET_LIMITS: SocketLimits = { spotFrames: 5, futuresFrames: 10, connections: 300 };

/**
 * Which frames of a connection count: all of a stream's, pings and pongs alone on the WebSocket API, whose requests
 * have their weights.
 */
export type FrameRule = 'spot-stream' | 'futures-stream' | 'api';

const SECOND = 1000;
const CONNECTION_WINDOW = 5 * 60 * SECOND;
const POLICY_VIOLATION = 1008;

/** Whether less than `limit` things happened in the last `window` ms; the one asked about is counted when it may. */
class Recent {
  #times: number[] = [];

  constructor(private readonly window: number) {}

  admit(limit: number, now: number): boolean {
    this.#times = this.#times.filter((time) => time > now - this.window);
    if (this.#times.length >= limit) return false;
    this.#times.push(now);
    return true;
  }
}

/** Keeps the clients of the WebSocket addresses within the limits. Real time counts, whatever the exchange's clock says. */
export class SocketGuard {
  readonly #connections = new Map<string, Recent>();

  constructor(private readonly limits: SocketLimits) {}

  /** Whether an address may open another connection to a venue. */
  admits(venue: string, ip: string): boolean {
    const name = `${venue} ${ip}`;
    let recent = this.#connections.get(name);
    if (!recent) this.#connections.set(name, (recent = new Recent(CONNECTION_WINDOW)));
    return recent.admit(this.limits.connections, performance.now());
  }

  /** Ends a connection that sends too many frames. */
  watch(ws: WebSocket, rule: FrameRule): void {
    const { spotFrames, futuresFrames } = this.limits;
    const limit = rule === 'futures-stream' ? futuresFrames : spotFrames;
    const recent = new Recent(SECOND);
    const count = (): void => {
      if (recent.admit(limit, performance.now())) return;
      ws.close(POLICY_VIOLATION, 'Too many requests');
    };
    if (rule !== 'api') ws.on('message', count);
    ws.on('ping', count);
    ws.on('pong', count);
  }
}
