import { defineStore } from 'pinia';
import { computed, shallowRef } from 'vue';
import { ApiError } from '../api/api-error.js';
import type { UserDto } from '../api/access.js';
import { getUser } from '../api/user.js';

/** Who is signed in and what they may do. The server decides; this only keeps buttons honest. */
export const useUserStore = defineStore('user', () => {
  const user = shallowRef<UserDto | null>(null);
  const error = shallowRef<ApiError | null>(null);

  async function load(): Promise<void> {
    try {
      user.value = await getUser();
      error.value = null;
    } catch (cause) {
      // Without an answer nothing is hidden: what is not allowed is refused by the API with its reason.
      error.value = ApiError.from(cause);
    }
  }

  const role = computed(() => user.value?.role ?? null);
  /** May start, stop, edit and trade. */
  const mayTrade = computed(() => role.value !== 'viewer');
  /** May change the platform: nodes, users, limits. */
  const mayRunPlatform = computed(() => role.value === null || role.value === 'owner');
  return { user, error, load, role, mayTrade, mayRunPlatform };
});
