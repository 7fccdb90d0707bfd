import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { checkWebhookTarget } from '@gridfleet/shared/infra';

const LARGEST_ANSWER = 64 * 1024;

export interface HttpAnswer {
  status: number;
  headers: IncomingMessage['headers'];
  body: string;
}

export interface HttpOptions {
  method?: 'GET' | 'POST';
  headers?: Record<string, string>;
  body?: string;
  allowPrivate: boolean;
  deadlineMs: number;
  signal?: AbortSignal;
}

export type Http = (url: string, options: HttpOptions) => Promise<HttpAnswer>;

/** Only the addresses that were checked: a name may mean something else a moment later. */
function fixedLookup(addresses: readonly string[]): LookupFunction {
  const all = addresses.map((address) => ({ address, family: isIP(address) }));
  return (_host, options, done) => {
    const [first] = all;
    if (options.all === true) done(null, all);
    else done(null, first?.address ?? '', first?.family ?? 4);
  };
}

/**
 * A request to an address that a user has given: checked before, connected to what was checked, redirects are answers
 * and not followed, the answer is short, and there is a deadline for all of it.
 * @throws WebhookTargetError for an address that is not allowed; Error when nothing was answered in time
 */
export const safeHttp: Http = async (address, options) => {
  const { method = 'POST', headers = {}, body, allowPrivate, deadlineMs } = options;
  const { url, addresses } = await checkWebhookTarget(address, { allowPrivate });
  const deadline = AbortSignal.timeout(deadlineMs);
  const signal = options.signal === undefined ? deadline : AbortSignal.any([deadline, options.signal]);
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise<HttpAnswer>((resolve, reject) => {
    const fail = (error: Error): void => {
      reject(deadline.aborted ? new Error(`no answer within ${deadlineMs} ms`) : error);
    };
    const request = send(
      url,
      {
        method,
        signal,
        agent: false,
        lookup: fixedLookup(addresses),
        headers: {
          'user-agent': 'gridfleet',
          ...headers,
          ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
        },
      },
      (response) => {
        const chunks: Buffer[] = [];
        let size = 0;
        response.on('data', (chunk: Buffer) => {
          size += chunk.length;
          if (size > LARGEST_ANSWER) request.destroy(new Error('the answer is too long'));
          else chunks.push(chunk);
        });
        response.on('error', fail);
        response.on('end', () => {
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks).toString('utf8'),
          });
        });
      },
    );
    request.on('error', fail);
    request.end(body);
  });
};
