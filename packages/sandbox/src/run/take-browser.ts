import type { Artifacts } from '../artifacts/artifacts.ts';
import type { BrowserHooks, BrowserPool } from '../browser/browser.ts';
import type { Download } from '../browser/relay/downloads.ts';
import type { RunEgress } from '../egress/launcher/run-egress.ts';
import type { Recording } from '../recording/recording.ts';
import type { ArtifactIntake } from './artifact-intake.ts';
import { Browsing, fileOf } from './browsing.ts';
import type { Job } from './job.ts';

/** Takes a browser for a run. Rejects with `box_failed` when there is none. */
export async function takeBrowser(
  browsers: BrowserPool,
  job: Job,
  egress: RunEgress,
  parts: {
    readonly artifacts: Artifacts;
    readonly intake: ArtifactIntake;
    readonly recording: Recording | undefined;
  },
  onLog: BrowserHooks['onLog'],
): Promise<Browsing> {
  const { artifacts, intake, recording } = parts;
  const notes = {
    onLog,
    onDownload: ({ name, bytes }: Download) =>
      intake.takeNew(name, 'application/octet-stream', bytes),
    files: (name: string) => fileOf(job, artifacts, name),
  };
  return Browsing.take(browsers, job, egress, notes, recording?.ofBrowser);
}
