import { get } from './client.js';

/** What a person may do: look, trade, or run the platform. */
export type Role = 'viewer' | 'trader' | 'owner';

export interface CurrentUser {
  email: string;
  role: Role;
}

export const getUser = (signal?: AbortSignal) => get<CurrentUser>('/api/me', signal);
