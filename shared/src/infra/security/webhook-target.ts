import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';

/** Addresses that lead into this machine or its network, or nowhere (RFC 6890 and its IPv6 counterparts). */
const PRIVATE = new BlockList();
for (const [net, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const)
  PRIVATE.addSubnet(net, bits, 'ipv4');
for (const [net, bits] of [
  ['::', 128],
  ['::1', 128],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const)
  PRIVATE.addSubnet(net, bits, 'ipv6');

const LOOKUP_MS = 3_000;

/** The target of a webhook is not allowed; the message says why. */
export class WebhookTargetError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'WebhookTargetError';
  }
}

/** Whether an address belongs to a private or special network; IPv4 in IPv6 clothes is judged as what it is. */
export function isPrivateAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 0) return true;
  // Node judges ::ffff:10.0.0.1 by the IPv4 rules already.
  return PRIVATE.check(address, family === 4 ? 'ipv4' : 'ipv6');
}

export type Resolve = (host: string) => Promise<readonly string[]>;

const resolveAll: Resolve = async (host) => {
  const found = await lookup(host, { all: true, verbatim: true });
  return found.map(({ address }) => address);
};

/**
 * Checks where a webhook goes: https, the usual port or one above 1023, no credentials in the address, and every
 * address of its name public. Connect to one of the returned addresses and follow no redirects: a name may mean
 * something else a moment later.
 * @param allowPrivate the operator runs the receiver in the same network and has said so; plain http is allowed then
 * @returns the address as it is to be requested, and what its name resolved to
 * @throws WebhookTargetError
 */
export async function checkWebhookTarget(
  text: string,
  { allowPrivate = false, resolve = resolveAll }: { allowPrivate?: boolean; resolve?: Resolve } = {},
): Promise<{ url: URL; addresses: readonly string[] }> {
  if (!URL.canParse(text)) throw new WebhookTargetError('The address is not a URL.');
  const url = new URL(text);
  if (url.protocol !== 'https:' && !(allowPrivate && url.protocol === 'http:'))
    throw new WebhookTargetError('Webhooks go to https addresses.');
  if (url.username !== '' || url.password !== '')
    throw new WebhookTargetError('The address must not contain a user or a password.');
  const port = url.port === '' ? null : Number(url.port);
  if (port !== null && port < 1024 && port !== 80 && port !== 443)
    throw new WebhookTargetError(`Port ${port} belongs to another service.`);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return { url, addresses: await resolvePublicHost(host, { allowPrivate, resolve }) };
}

/**
 * The addresses of a host that a user has named, all of them public.
 * @param allowPrivate as of `checkWebhookTarget`
 * @throws WebhookTargetError
 */
export async function resolvePublicHost(
  host: string,
  { allowPrivate = false, resolve = resolveAll }: { allowPrivate?: boolean; resolve?: Resolve } = {},
): Promise<readonly string[]> {
  const addresses = isIP(host) !== 0 ? [host] : await resolved(host, resolve);
  const inside = addresses.find(isPrivateAddress);
  if (inside !== undefined && !allowPrivate)
    throw new WebhookTargetError(`${host} leads to ${inside}, which is not a public address.`);
  return addresses;
}

async function resolved(host: string, resolve: Resolve): Promise<readonly string[]> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer in ${LOOKUP_MS} ms`)), LOOKUP_MS);
  });
  try {
    const addresses = await Promise.race([resolve(host), late]);
    if (addresses.length === 0) throw new Error('it has no address');
    return addresses;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new WebhookTargetError(`${host} cannot be resolved: ${why}.`);
  } finally {
    clearTimeout(timer);
  }
}
