/** The same object with some members of another kind; everything else is its own, whatever it has. */
export function withMembers<T extends object>(target: T, members: Partial<T>): T {
  return new Proxy(target, {
    get: (of, name) => {
      const changed: unknown = Reflect.get(members, name);
      if (changed !== undefined) return changed;
      const own: unknown = Reflect.get(of, name, of);
      return typeof own === 'function' ? (own.bind(of) as unknown) : own;
    },
  });
}
