/** The result of one test; one line of JSON in the report of a test file. */
export interface TestRecord {
  readonly outcome: 'passed' | 'failed' | 'skipped';
  /** The names of the suites and tests around it, then its own, joined with ` > `. */
  readonly name: string;
  /** Why it was skipped; empty if no reason was given. */
  readonly reason: string;
  /** What went wrong, with its stack; empty unless failed. */
  readonly failure: string;
}

/** The last line of a report. Without it the process ended before its tests did. */
export interface EndRecord {
  readonly outcome: 'end';
}

/** Parses a report: its records, and whether it is complete. */
export function parseReport(report: string): { records: TestRecord[]; complete: boolean } {
  const records: TestRecord[] = [];
  let complete = false;
  for (const line of report.split('\n')) {
    if (line === '') continue;
    const record = JSON.parse(line) as TestRecord | EndRecord;
    if (record.outcome === 'end') complete = true;
    else records.push(record);
  }
  return { records, complete };
}
