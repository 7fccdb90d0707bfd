import { createServer } from 'node:net';

/** Tries to listen; the port is free again when this resolves. */
function tryPort(port: number, host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(undefined);
      else reject(error);
    });
    server.listen({ port, host, exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : undefined));
    });
  });
}

/** Whether this loopback port can be listened on now. */
export async function isPortFree(port: number, host = '127.0.0.1'): Promise<boolean> {
  return (await tryPort(port, host)) !== undefined;
}

/** The preferred loopback port when it is free (or undefined), else any free one. */
export async function freePort(preferred?: number, host = '127.0.0.1'): Promise<number> {
  if (preferred !== undefined && (await isPortFree(preferred, host))) return preferred;
  const port = await tryPort(0, host);
  if (port === undefined) throw new Error(`no free port on ${host}`);
  return port;
}

/** The first free port of `first`, `first + 1`, … within `tries`; for ports that people remember. */
export async function nextFreePort(first: number, tries = 50, host = '127.0.0.1'): Promise<number> {
  for (let port = first; port < first + tries && port <= 65_535; port += 1) {
    if (await isPortFree(port, host)) return port;
  }
  return freePort(undefined, host);
}
