import type { Peer } from './peer.js';

/** `private` connections carry user data and requests, `market` ones public streams. */
export type ConnectionKind = 'market' | 'private';

export interface Connection {
  peer: Peer;
  venue: string;
  kind: ConnectionKind;
}

const GOING_AWAY = 1001;

/** The open WebSocket connections of all venues, and which new ones are refused. */
export class Connections {
  readonly #open = new Set<Connection>();
  readonly #refusals = new Set<(venue: string, kind: ConnectionKind) => boolean>();

  get count(): number {
    return this.#open.size;
  }

  add(connection: Connection): void {
    this.#open.add(connection);
    connection.peer.ws.once('close', () => this.#open.delete(connection));
  }

  /** Whether a new connection is refused now. */
  refuses(venue: string, kind: ConnectionKind): boolean {
    return [...this.#refusals].some((refusal) => refusal(venue, kind));
  }

  /** Refuses new connections. @returns how to accept them again. */
  refuse(venue: string, which: ConnectionKind | 'all'): () => void {
    const refusal = (name: string, kind: ConnectionKind): boolean =>
      name === venue && (which === 'all' || which === kind);
    this.#refusals.add(refusal);
    return () => this.#refusals.delete(refusal);
  }

  /** Ends connections: with a close frame, or as a broken wire does. */
  close(venue: string, which: ConnectionKind | 'all', clean: boolean): void {
    for (const { peer } of this.#of(venue, which)) {
      if (clean) peer.ws.close(GOING_AWAY);
      else peer.ws.terminate();
    }
  }

  /** Tells every connection of a venue something; on the WebSocket API events are wrapped. */
  announce(venue: string, event: Record<string, unknown>): void {
    for (const { peer, kind } of this.#of(venue, 'all')) {
      peer.send(JSON.stringify(kind === 'private' ? { event } : event));
    }
  }

  #of(venue: string, which: ConnectionKind | 'all'): Connection[] {
    return [...this.#open].filter(
      (connection) => connection.venue === venue && (which === 'all' || connection.kind === which),
    );
  }
}
