import { WebSocket } from 'ws';
import type { Peer } from '../server/peer.js';
import type { StreamGate, StreamMessage } from '../server/stream-gate.js';
import type { StreamAction } from './actions.js';
import { isStreamAction } from './actions.js';
import type { EffectRunner } from './effects.js';
import type { FaultRules } from './fault-rules.js';
import type { Timers } from './timers.js';

/** Sent when a rule names no text: no event of the exchange, and not even JSON. */
const GARBAGE = '{"e":"\u0000unknown","E":';
const REORDER_AT_MOST_MS = 1000;

/** A message that waits until others have passed it. */
interface Held {
  left: number;
  send: () => void;
}

/** Does to the stream messages of one venue what the rules say. */
export class FaultGate implements StreamGate {
  readonly #held = new WeakMap<Peer, Held[]>();

  constructor(
    private readonly venue: string,
    private readonly rules: FaultRules,
    private readonly effects: EffectRunner,
    private readonly timers: Timers,
  ) {}

  send(peer: Peer, message: StreamMessage, text: string): void {
    const decisions = this.rules.watchesStreams
      ? this.rules.forMessage({ venue: this.venue, ...message })
      : [];
    let copies = 1;
    let delay = 0;
    let reorder: { after: number; atMost: number } | undefined;
    for (const { rule, action } of decisions) {
      if (!isStreamAction(action)) {
        this.effects.run(rule, action, { venue: this.venue, ...message });
        continue;
      }
      copies = copiesAfter(action, copies);
      if (action.type === 'delay-event') delay += rule.draw(action.ms);
      if (action.type === 'reorder-event')
        reorder = { after: action.after ?? 1, atMost: action.atMost ?? REORDER_AT_MOST_MS };
      if (action.type === 'garbage-event') peer.send(action.text ?? GARBAGE);
    }
    if (copies === 0) return;
    const send = (): void => {
      for (let copy = 0; copy < copies; copy++) peer.send(text);
    };
    if (reorder) return this.#hold(peer, reorder.after, reorder.atMost, send);
    if (delay > 0) {
      this.timers.after(delay, send);
      return;
    }
    send();
    this.#release(peer);
  }

  #hold(peer: Peer, left: number, atMost: number, send: () => void): void {
    const held = this.#held.get(peer) ?? [];
    this.#held.set(peer, held);
    const entry: Held = { left, send: () => sendNow() };
    held.push(entry);
    const sendNow = this.timers.after(Math.max(1, atMost), () => {
      held.splice(held.indexOf(entry), 1);
      if (peer.ws.readyState === WebSocket.OPEN) send();
    });
  }

  /** One message has passed: those that waited for it follow. */
  #release(peer: Peer): void {
    const held = this.#held.get(peer);
    if (!held) return;
    for (const entry of [...held]) {
      if (--entry.left <= 0) entry.send();
    }
  }
}

function copiesAfter(action: StreamAction, copies: number): number {
  switch (action.type) {
    case 'drop-event':
      return 0;
    case 'garbage-event':
      return action.replace === true ? 0 : copies;
    case 'duplicate-event':
      return copies * (1 + (action.times ?? 1));
    default:
      return copies;
  }
}
