import { WebSocket } from 'ws';
import type { Simulator } from '../simulator-options.js';
import { sign } from '../venue/signature.js';
import { waitUntil } from './wait-until.js';

type Message = Record<string, unknown>;

/** One WebSocket connection that keeps every frame as it came. */
export class StreamClient {
  readonly frames: string[] = [];
  closed = false;
  /** The close code, once closed. */
  code: number | undefined;

  private constructor(readonly ws: WebSocket) {
    ws.on('message', (data: Buffer) => this.frames.push(data.toString('utf8')));
    ws.on('close', (code) => {
      this.closed = true;
      this.code = code;
    });
    ws.on('error', () => ws.terminate());
  }

  /** @throws Error when the connection is refused. */
  static async connect(simulator: Simulator, path: string): Promise<StreamClient> {
    const ws = new WebSocket(`${simulator.wsUrl}${path}`);
    await new Promise((resolve, reject) => ws.once('open', resolve).once('error', reject));
    return new StreamClient(ws);
  }

  /** Subscribed to the private events of the first account. */
  static async user(simulator: Simulator): Promise<StreamClient> {
    const client = await StreamClient.connect(simulator, '/ws-api/v3');
    const account = simulator.accounts[0];
    const params = { apiKey: account?.apiKey ?? '', timestamp: Date.now() };
    const signature = sign(`apiKey=${params.apiKey}&timestamp=${params.timestamp}`, account?.apiSecret ?? '');
    const method = 'userDataStream.subscribe.signature';
    client.ws.send(JSON.stringify({ id: 1, method, params: { ...params, signature } }));
    await waitUntil('the subscription', () => client.frames.some((frame) => frame.includes('"status":200')));
    return client;
  }

  /** Everything that is JSON. */
  messages(): Message[] {
    return this.frames.flatMap((frame) => {
      try {
        return [JSON.parse(frame) as Message];
      } catch {
        return [];
      }
    });
  }

  /** Private events, of one execution type when it is given. */
  reports(execution?: string): Message[] {
    return this.messages()
      .map((message) => message['event'] as Message | undefined)
      .filter((event): event is Message => event?.['e'] === 'executionReport')
      .filter((event) => execution === undefined || event['x'] === execution);
  }
}
