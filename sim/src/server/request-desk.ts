import type { Params } from '../venue/params.js';
import { answer } from './endpoint.js';
import type { Answer, AnswerOptions, Endpoint, Incoming, RequestVenue } from './endpoint.js';

/** What happens to a request's connection: an answer, possibly spoiled text, no answer at all, or a reset. */
export type Delivery =
  { kind: 'answer'; answer: Answer; text?: string } | { kind: 'silence' } | { kind: 'reset' };

/** A request as faults and records see it. */
export interface RequestInfo {
  method: string;
  /** Without the venue's prefix, e.g. `/api/v3/order`. */
  path: string;
  ip: string;
  account: string | undefined;
  symbol: string | undefined;
  clientOrderId: string | undefined;
  /** Undefined when the parameters could not be read. */
  params: Params | undefined;
}

/** How a request is done with; `run` performs it once. */
export interface RequestWork {
  info: RequestInfo;
  run: (options?: AnswerOptions) => Answer;
}

/** Decides what becomes of a request. */
export type RequestHandler = (venue: RequestVenue, work: RequestWork) => Delivery | Promise<Delivery>;

/** Where every request of a venue, by REST or WebSocket, arrives. */
export class RequestDesk {
  readonly #addresses = new WeakMap<Endpoint, Pick<RequestInfo, 'method' | 'path'>>();

  constructor(private readonly handler: RequestHandler) {}

  serve(venue: RequestVenue, endpoint: Endpoint, incoming: Incoming): Delivery | Promise<Delivery> {
    const { method, path } = this.#addressOf(endpoint);
    const params = readOnce(incoming);
    const info: RequestInfo = {
      method,
      path,
      ip: incoming.ip,
      account: incoming.apiKey,
      symbol: params?.optional('symbol'),
      clientOrderId: params?.optional('newClientOrderId') ?? params?.optional('origClientOrderId'),
      params,
    };
    const { ip, apiKey, payload } = incoming;
    const known = params ? { ip, apiKey, payload, readParams: () => params } : incoming;
    return this.handler(venue, { info, run: (options) => answer(venue, endpoint, known, options) });
  }

  #addressOf(endpoint: Endpoint): Pick<RequestInfo, 'method' | 'path'> {
    let address = this.#addresses.get(endpoint);
    if (!address) {
      const [method = '', path = ''] = endpoint.route.split(' ');
      this.#addresses.set(endpoint, (address = { method, path }));
    }
    return address;
  }
}

/** Parameters that cannot be read are the answer's business: it refuses them. */
function readOnce(incoming: Incoming): Params | undefined {
  try {
    return incoming.readParams();
  } catch {
    return undefined;
  }
}
