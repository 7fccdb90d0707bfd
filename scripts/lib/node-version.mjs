/** Lowest supported Node.js: the first 20 release that every dependency accepts. */
export const MINIMUM_NODE = [20, 19];

/** The sentence to print when a Node.js version is too old, or undefined when it is fine. */
export function nodeProblem(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [needMajor, needMinor] = MINIMUM_NODE;
  if (major > needMajor || (major === needMajor && minor >= needMinor)) return undefined;
  return `Gridfleet needs Node.js ${needMajor}.${needMinor} or newer, but this is ${version}: install a newer one from https://nodejs.org and try again.`;
}
