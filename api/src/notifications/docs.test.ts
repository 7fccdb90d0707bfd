import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { NOTIFICATION_EVENTS } from '@gridfleet/shared/schema';
import { dingtalkSignature } from './channels/dingtalk.js';
import { feishuSignature } from './channels/feishu.js';
import { CHANNELS } from './channels/index.js';
import { webhookSignature } from './channels/webhook.js';
import { COMMANDS } from './telegram/command.js';

const page = readFileSync(new URL('../../../docs/notifications.md', import.meta.url), 'utf8');

/** The part of the page below a heading, up to the next one. */
function section(heading: string): string {
  const start = page.indexOf(`\n${heading}\n`);
  expect(start, heading).toBeGreaterThan(0);
  const end = page.indexOf('\n#', start + heading.length + 2);
  return page.slice(start, end < 0 ? undefined : end);
}

describe('docs/notifications.md', () => {
  it('lists every event with its severity', () => {
    const rows = [...section('## Events').matchAll(/^\| `([a-z-]+)`\s*\| (\w+)\s*\|/gm)];
    expect(Object.fromEntries(rows.map(([, event, severity]) => [event, severity]))).toEqual(
      NOTIFICATION_EVENTS,
    );
  });

  it.each(Object.entries(CHANNELS))('names every setting and secret of %s', (kind, { settings, secrets }) => {
    const text = section(`### ${kind}`);
    for (const schema of [settings, secrets] as { properties?: object }[])
      for (const name of Object.keys(schema.properties ?? {})) expect(text).toContain(`\`${name}\``);
  });

  it('names every command', () => {
    for (const command of COMMANDS) expect(section('### telegram')).toContain(`\`/${command}\``);
  });

  it('has signatures that are right', () => {
    const numbers = (text: string): number => Number(/timestamp `(\d+)`/.exec(text)?.[1]);
    const dingtalk = section('### dingtalk');
    expect(dingtalk).toContain(`\`${dingtalkSignature(numbers(dingtalk), 'SEC000000')}\``);
    const feishu = section('### feishu');
    expect(feishu).toContain(`\`${feishuSignature(numbers(feishu), 'feishu-secret')}\``);
    const webhook = section('### webhook');
    const body = /```text\n(.*)\n```/.exec(webhook)?.[1] ?? '';
    expect(webhook).toContain(`sha256=${webhookSignature(numbers(webhook), body, 'a-signing-secret')}`);
  });

  it('has examples that are JSON', () => {
    const examples = [...page.matchAll(/```json\n([\s\S]*?)\n```/g)];
    expect(examples.length).toBeGreaterThanOrEqual(5);
    for (const [, example = ''] of examples) expect(() => JSON.parse(example) as unknown).not.toThrow();
  });
});
