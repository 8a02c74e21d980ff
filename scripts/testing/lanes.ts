/**
 * Test files that wait for most of their time, for clocks of the product and for events, and need less than half a
 * processor meanwhile: they have a lane of their own, beside those that there are processors for.
 */
export const waitingFiles: readonly string[] = [
  'packages/sandbox/src/browser/storms.test.ts',
  'packages/server/src/http/connections.test.ts',
  'test/browser/ending.test.ts',
  'test/browser/limits.test.ts',
  'test/service/blame.test.ts',
  'test/service/faults.test.ts',
  'test/service/offers.test.ts',
];

/** Runs each file once: `lanes` beside each other, and one more of those that wait while there are some. */
export async function runInLanes(
  files: readonly string[],
  lanes: number,
  run: (file: string) => Promise<void>,
): Promise<void> {
  const waiting = files.filter((file) => waitingFiles.includes(file));
  const others = files.filter((file) => !waitingFiles.includes(file));
  const lane = async (next: () => string | undefined): Promise<void> => {
    for (let file = next(); file !== undefined; file = next()) await run(file);
  };
  await Promise.all([
    lane(() => waiting.shift()),
    ...Array.from({ length: lanes }, () => lane(() => others.shift() ?? waiting.shift())),
  ]);
}
