/** A failure the user can act on: the message is all that is printed, without a stack. */
export class Stop extends Error {}

/** Runs a script's main function; an expected failure prints its sentence and exits 1. */
export async function runMain(main) {
  try {
    await main();
  } catch (error) {
    console.error(error instanceof Stop ? `\n${error.message}` : error);
    process.exit(1);
  }
}
