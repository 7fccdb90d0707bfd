import type { Environment, ErrorDetail } from '@gridfleet/shared/schema';
import { GridfleetError } from '@gridfleet/shared/schema';

interface VenueDefinition {
  /** Names of the secrets an account of this venue needs. */
  credentials: readonly string[];
  /** Names of secrets it takes and makes no use of. */
  unused?: readonly string[];
  /** The secret that is public enough to tell two accounts apart by its hash. */
  keyField: string;
}

const VENUES: ReadonlyMap<string, VenueDefinition> = new Map([
  ['binance', { credentials: ['apiKey', 'secret'], keyField: 'apiKey' }],
]);

/** @throws GridfleetError VENUE_UNSUPPORTED */
export function venueDefinition(
  venue: string,
  environment: Environment,
  simUrl: string | null,
): VenueDefinition {
  const definition = VENUES.get(venue);
  if (definition === undefined) throw unsupported('body.venue', `Gridfleet does not trade on ${venue}`);
  if (environment === 'sim' && simUrl === null) {
    throw unsupported('body.environment', 'This installation runs no simulator (SIM_URL is not set)');
  }
  // Nobody checks a paper account's key: it is a name of the user's choice.
  if (environment === 'paper') return { credentials: ['apiKey'], unused: ['secret'], keyField: 'apiKey' };
  return definition;
}

function unsupported(field: string, message: string): GridfleetError {
  return new GridfleetError('VENUE_UNSUPPORTED', message, [
    { field, code: 'VENUE_UNSUPPORTED', message: `${message}.` },
  ]);
}

/** @throws GridfleetError CREDENTIAL_MISSING or VALIDATION_FAILED (unknown fields), with a detail per field. */
export function checkCredentialFields(
  definition: VenueDefinition,
  credentials: Readonly<Record<string, string>>,
): void {
  const missing: ErrorDetail[] = definition.credentials
    .filter((name) => (credentials[name] ?? '').trim() === '')
    .map((name) => detail(name, 'CREDENTIAL_MISSING', 'is required'));
  if (missing.length > 0) {
    const names = missing.map(({ field }) => field).join(', ');
    throw new GridfleetError('CREDENTIAL_MISSING', `Credentials are missing: ${names}`, missing);
  }
  const unknown = Object.keys(credentials)
    .filter((name) => ![...definition.credentials, ...(definition.unused ?? [])].includes(name))
    .map((name) => detail(name, 'ADDITIONAL_PROPERTIES', 'is not a credential of this venue'));
  if (unknown.length > 0) {
    throw new GridfleetError('VALIDATION_FAILED', 'There are credentials the venue does not know', unknown);
  }
}

function detail(name: string, code: string, what: string): ErrorDetail {
  const field = `body.credentials.${name}`;
  return { field, code, message: `${field} ${what}.` };
}
