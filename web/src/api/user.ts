import type { Role, UserDto } from '@gridfleet/shared/schema';
import { get } from './client.js';

export type { Role };

/** Who is asking. */
export const getUser = (signal?: AbortSignal) => get<UserDto>('/api/me', signal);
