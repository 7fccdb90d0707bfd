/** A database of its own for one test file. */
export interface TestDatabase {
  /** Address with the new database's name. */
  url: string;
  name: string;
  drop: () => Promise<void>;
}
/** Creates an empty database with a random name on the test run's server. */
export declare function createTestDatabase(serverUrl?: string | undefined): Promise<TestDatabase>;
//# sourceMappingURL=database.d.ts.map
