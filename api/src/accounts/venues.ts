import type { Environment, ErrorDetail } from '@gridfleet/shared/schema';
import { GridfleetError, venueRefusal, VENUES } from '@gridfleet/shared/schema';

/** The secrets of an account, by name. */
export interface CredentialFields {
  /** Needed. */
  credentials: readonly string[];
  /** Taken, but of no use. */
  unused?: readonly string[];
  /** The secret that is public enough to tell two accounts apart by its hash. */
  keyField: string;
}

/** @throws GridfleetError VENUE_UNSUPPORTED, VENUE_COIN_MARGINED */
export function venueDefinition(
  id: string,
  environment: Environment,
  simUrl: string | null,
): CredentialFields {
  const refusal = venueRefusal(id);
  const venue = VENUES.find((known) => known.id === id);
  if (refusal !== null) throw refused('body.venue', refusal.code, refusal.message);
  if (venue === undefined) throw new RangeError(`the directory of venues contradicts itself about ${id}`);
  if (environment === 'sim' && simUrl === null) {
    const message = 'This installation runs no simulator (SIM_URL is not set)';
    throw refused('body.environment', 'VENUE_UNSUPPORTED', message);
  }
  if (!venue.environments.includes(environment)) {
    const message = `${venue.name} has no environment "${environment}" here: choose ${venue.environments.join(', ')}`;
    throw refused('body.environment', 'VENUE_UNSUPPORTED', message);
  }
  // Nobody checks a paper account's key: it is a name of the user's choice.
  if (environment === 'paper') return { credentials: ['apiKey'], unused: ['secret'], keyField: 'apiKey' };
  return venue;
}

function refused(
  field: string,
  code: 'VENUE_UNSUPPORTED' | 'VENUE_COIN_MARGINED',
  message: string,
): GridfleetError {
  return new GridfleetError(code, message, [{ field, code, message: `${message}.` }]);
}

/** @throws GridfleetError CREDENTIAL_MISSING or VALIDATION_FAILED (unknown fields), with a detail per field. */
export function checkCredentialFields(
  definition: CredentialFields,
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
