import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DCLinter } from 'dclint';
import { validate } from 'dockerfile-utils';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ROOT } from './lib/paths.mjs';

const read = (path) => readFileSync(join(ROOT, path), 'utf8');
const FILES = ['docker-compose.yml', 'docker-compose.worker.yml', 'docker-compose.fleet.yml'];
const main = parse(read('docker-compose.yml'), { merge: true });

/** Rules of layout, and two that cannot see what a variable holds or that an image is built here. */
const OFF = [
  'no-build-and-image',
  'no-quotes-in-volumes',
  'no-unbound-port-interfaces',
  'require-project-name-field',
  'require-quotes-in-ports',
  'service-image-require-explicit-tag',
  'service-keys-order',
  'services-alphabetical-order',
];

describe('compose files', () => {
  it.each(FILES)('%s is of the compose schema and breaks no rule', async (file) => {
    const rules = Object.fromEntries(OFF.map((name) => [name, 0]));
    const linter = new DCLinter({ rules, quiet: false, debug: false, exclude: [] });
    const found = await linter.lintFiles([join(ROOT, file)], false);
    expect(found.flatMap(({ messages }) => messages)).toEqual([]);
  });

  it('publish nothing but the gateway', () => {
    const published = Object.entries(main.services).filter(([, { ports }]) => ports !== undefined);
    expect(published.map(([name]) => name)).toEqual(['gateway']);
  });

  it('wait only for services that exist, which say when they are ready', () => {
    for (const { depends_on: wanted = {} } of Object.values(main.services)) {
      for (const [name, { condition }] of Object.entries(wanted)) {
        expect(main.services, name).toHaveProperty(name);
        if (condition === 'service_healthy') expect(main.services[name].healthcheck ?? name).toBeTruthy();
      }
    }
    for (const name of ['mysql', 'redis', 'api', 'worker'])
      expect(main.services[name].healthcheck, name).toBeDefined();
  });

  it.each(FILES)('%s has no secret with a default, and asks for each once at least', (file) => {
    const text = read(file);
    const used = [...text.matchAll(/(?<!\$)\$\{([A-Z0-9_]+)(:?[?-][^}]*)?\}/g)];
    const example = read('.env.example');
    for (const [whole, name, rest = ''] of used) {
      if (/SECRET|PASSWORD|ENCRYPTION_KEY$/.test(name)) expect(whole).not.toMatch(/:-/);
      if (rest === '') expect(text, `${name} is never required`).toContain(`\${${name}:?`);
      expect(example, `${name} in .env.example`).toMatch(new RegExp(`^#${name}=`, 'm'));
    }
  });

  it('run Redis so that nothing is thrown away, and MySQL in UTC', () => {
    const redis = main.services.redis.command.join(' ');
    expect(redis).toContain('--appendonly yes');
    expect(redis).toContain('--maxmemory-policy noeviction');
    expect(redis).toContain('--requirepass');
    expect(main.services.mysql.command).toContain('--default-time-zone=+00:00');
  });

  it('run several workers, migrate before anything else, and have the simulator only in the demo', () => {
    const { api, worker, simulator } = main.services;
    expect(worker.deploy.replicas).toBeGreaterThan(1);
    expect(worker.environment).not.toHaveProperty('WORKER_NAME');
    for (const { depends_on: wanted } of [api, worker])
      expect(wanted.migrate.condition).toBe('service_completed_successfully');
    expect(simulator.profiles).toEqual(['demo']);
  });

  it('pin what comes from elsewhere', () => {
    for (const { image } of Object.values(main.services)) {
      if (!image.startsWith('gridfleet')) expect(image).toMatch(/:v?\d+\.\d+/);
    }
  });

  it('mount files that are there', () => {
    const mounts = Object.values(main.services).flatMap(({ volumes = [] }) => volumes);
    for (const mount of mounts.filter((text) => text.startsWith('./')))
      expect(existsSync(join(ROOT, mount.split(':')[0])), mount).toBe(true);
  });
});

describe('Dockerfile', () => {
  const text = read('Dockerfile');
  const stages = text.split(/^FROM /m).slice(1);

  it('is valid', () => {
    expect(validate(text)).toEqual([]);
  });

  it('ends both images as somebody who is not root, with pinned bases', () => {
    for (const stage of stages) expect(stage).toMatch(/^[a-z]+:\d+[\w.-]*/);
    for (const stage of stages.slice(1)) expect(/^USER (\w+)$/m.exec(stage)?.[1]).toMatch(/^(?:node|nginx)$/);
  });

  it('copies what is there and what the context has', () => {
    const ignored = read('.dockerignore').split('\n');
    const sources = [...text.matchAll(/^COPY (?!--from)(.+)$/gm)].flatMap(([, line]) =>
      line.split(' ').slice(0, -1),
    );
    expect(sources.length).toBeGreaterThan(8);
    for (const source of sources) {
      expect(existsSync(join(ROOT, source)), source).toBe(true);
      expect(ignored).not.toContain(source.split('/')[0]);
    }
  });

  it('gives nginx every value that its templates need', () => {
    const templates = ['nginx.conf', 'deploy/gridfleet-proxy.inc', 'deploy/gridfleet-page.inc']
      .map(read)
      .join('\n');
    const wanted = new Set([...templates.matchAll(/\$\{([A-Z_]+)\}/g)].map(([, name]) => name));
    const given = `${text}\n${Object.keys(main.services.gateway.environment).join('= ')}=`;
    for (const name of wanted) expect(given).toContain(`${name}=`);
  });
});

describe('units for bare metal', () => {
  it.each(['gridfleet-api.service', 'gridfleet-worker@.service'])(
    '%s starts a command that exists',
    (file) => {
      const unit = read(`deploy/systemd/${file}`);
      const [, entry, command] = /^ExecStart=\/usr\/bin\/node (\S+) (\S+)$/m.exec(unit) ?? [];
      expect(existsSync(join(ROOT, entry))).toBe(true);
      expect(['api', 'worker']).toContain(command);
      expect(unit).toMatch(/^User=gridfleet$/m);
      // A worker is given 50 s to hand its runs over.
      expect(Number(/^TimeoutStopSec=(\d+)$/m.exec(unit)?.[1])).toBeGreaterThan(
        command === 'worker' ? 50 : 8,
      );
    },
  );
});
