import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkWebhookTarget, isPrivateAddress, WebhookTargetError } from './webhook-target.js';

const to =
  (...addresses: string[]) =>
  () =>
    Promise.resolve(addresses);
const refused = (url: string, ...addresses: string[]) =>
  expect(checkWebhookTarget(url, { resolve: to(...addresses) }), url).rejects.toThrow(WebhookTargetError);

describe('the target of a webhook', () => {
  it('is a public https address', async () => {
    const { url, addresses } = await checkWebhookTarget('https://hooks.example.org/a?b=c', {
      resolve: to('93.184.216.34', '2606:2800:220:1::1'),
    });
    expect([url.href, addresses.length]).toEqual(['https://hooks.example.org/a?b=c', 2]);
    await checkWebhookTarget('https://93.184.216.34:8443/');
  });

  it.each([
    'http://hooks.example.org/',
    'ftp://hooks.example.org/',
    'file:///etc/passwd',
    'not a url',
    'https://user:pw@hooks.example.org/',
    'https://hooks.example.org:22/',
    'https://hooks.example.org:6379x/',
  ])('is not %s', (url) => refused(url, '93.184.216.34'));

  it.each([
    'https://127.0.0.1/',
    'https://127.1/',
    'https://2130706433/',
    'https://0x7f.1/',
    'https://0177.0.0.1/',
    'https://10.1.2.3/',
    'https://172.31.255.255/',
    'https://192.168.0.1/',
    'https://169.254.169.254/latest/meta-data/',
    'https://100.64.0.1/',
    'https://0.0.0.0/',
    'https://[::1]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[::ffff:a00:1]/',
    'https://[fd00::1]/',
    'https://[fe80::1]/',
    'https://[64:ff9b::7f00:1]/',
    'https://[2002:7f00:1::]/',
  ])('is not inside: %s', (url) => refused(url));

  it('is refused when any address of the name is inside, or there is none', async () => {
    await refused('https://rebind.example.org/', '93.184.216.34', '10.0.0.1');
    await refused('https://nowhere.example.org/');
    await expect(
      checkWebhookTarget('https://gone.example.org/', { resolve: () => Promise.reject(new Error('ENOTFOUND')) }),
    ).rejects.toThrow(/cannot be resolved/);
  });

  it('may be inside when the operator says so', async () => {
    const { addresses } = await checkWebhookTarget('http://10.0.0.1:9000/x', { allowPrivate: true });
    expect(addresses).toEqual(['10.0.0.1']);
  });

  it('is judged the same as IPv4 and as IPv4 in IPv6', () => {
    fc.assert(
      fc.property(fc.ipV4(), (address) => {
        expect(isPrivateAddress(`::ffff:${address}`)).toBe(isPrivateAddress(address));
      }),
    );
  });
});
