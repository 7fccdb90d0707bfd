import type { RequestFaults } from '../faults/request-faults.js';
import type { RequestVenue } from '../server/endpoint.js';
import type { Delivery, RequestHandler, RequestWork } from '../server/request-desk.js';
import type { RequestRecord, RequestsLog } from './requests-log.js';
import type { Violations } from './violation.js';

/** Requests that were on their way when the refusal went out are no violation, ms. */
const GRACE_MS = 250;
const NO_FAULTS: readonly string[] = [];

/** Where all requests of all venues pass: recorded, judged, and handed to the faults. */
export class FrontDesk {
  constructor(
    private readonly log: RequestsLog,
    private readonly violations: Violations,
    private readonly faults: RequestFaults,
  ) {}

  readonly handle: RequestHandler = (venue, work) => {
    const record = this.#record(venue, work);
    const noted: RequestWork = {
      info: work.info,
      run: (options) => {
        const answer = work.run(options);
        record.weight = answer.weight;
        return answer;
      },
    };
    const delivery = this.faults.handle(venue, noted, (faults) => (record.faults = faults));
    if (!(delivery instanceof Promise)) return note(record, delivery);
    return delivery.then((late) => note(record, late));
  };

  #record(venue: RequestVenue, { info }: RequestWork): RequestRecord {
    const time = venue.clock.now();
    const held = venue.limits.bans.heldFor(info.ip);
    const record: RequestRecord = {
      id: this.log.nextId,
      time,
      venue: venue.name,
      method: info.method,
      path: info.path,
      ip: info.ip,
      account: info.account ?? null,
      symbol: info.symbol ?? null,
      clientOrderId: info.clientOrderId ?? null,
      weight: 0,
      status: null,
      code: null,
      banned: held !== undefined,
      faults: NO_FAULTS,
      end: 'open',
    };
    this.log.add(record);
    if (held !== undefined && held > GRACE_MS) {
      this.violations.add({
        code: 'request-during-ban',
        message: `${info.method} ${info.path} from ${info.ip} came ${held} ms after it was told to wait`,
        venue: venue.name,
        account: record.account,
        orderIds: [],
        requestIds: [record.id],
        time,
      });
    }
    return record;
  }
}

function note(record: RequestRecord, delivery: Delivery): Delivery {
  if (delivery.kind !== 'answer') {
    record.end = delivery.kind;
    return delivery;
  }
  const { status, body } = delivery.answer;
  record.end = 'answered';
  record.status = status;
  const code = typeof body === 'object' && body !== null && 'code' in body ? body.code : undefined;
  record.code = typeof code === 'number' ? code : null;
  return delivery;
}
