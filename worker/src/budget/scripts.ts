/**
 * Takes from all counters or none, unless a gate is closed. KEYS: gates, then counters.
 * ARGV: number of gates, ramp ms, urgent (0/1), then amount, limit, ttl ms for each counter.
 * Answers {1, ms left, index} for a gate, {2, index, used} for a counter, {0, used, used, …} when taken.
 */
export const TAKE = `
local gates = tonumber(ARGV[1])
local ramp = tonumber(ARGV[2])
for i = 1, gates do
  local left = redis.call('PTTL', KEYS[i])
  if left > 0 then
    if ARGV[3] == '1' then left = left - ramp end
    if left > 0 then return {1, left, i} end
  end
end
local used = {}
for i = 1, #KEYS - gates do
  used[i] = tonumber(redis.call('GET', KEYS[gates + i]) or '0')
  if used[i] + tonumber(ARGV[3 * i + 1]) > tonumber(ARGV[3 * i + 2]) then return {2, i, used[i]} end
end
local answer = {0}
for i = 1, #KEYS - gates do
  local key = KEYS[gates + i]
  local now = used[i] + tonumber(ARGV[3 * i + 1])
  redis.call('SET', key, string.format('%d', now), 'PX', ARGV[3 * i + 3])
  answer[i + 1] = now
end
return answer
`;

/** Raises a counter to what the exchange says. KEYS: counter. ARGV: used, ttl ms. */
export const RAISE = `
local used = tonumber(redis.call('GET', KEYS[1]) or '0')
if tonumber(ARGV[1]) > used then redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2]) end
return used
`;

/** Closes a gate, never for a shorter time than it is. KEYS: gate. ARGV: reason, ms until the ramp has ended. */
export const CLOSE = `
if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[2]) then redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2]) end
return redis.call('PTTL', KEYS[1])
`;
