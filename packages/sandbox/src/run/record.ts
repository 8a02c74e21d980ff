import { setImmediate as nextTurn } from 'node:timers/promises';
import { Recording } from '../recording/recording.ts';
import type { ArtifactIntake } from './artifact-intake.ts';
import type { Job } from './job.ts';

/** The recording of a run that asks for one. */
export function openRecording({ id, mode, input }: Job): Recording | undefined {
  const { record, env } = input;
  const isWanted = record?.video === true || record?.trace === true;
  return isWanted && mode === 'run' ? new Recording({ ...record, runId: id, env }) : undefined;
}

/** Keeps its files as artifacts, each in a turn of its own: other runs go on meanwhile. */
export async function keepRecording(
  recording: Recording | undefined,
  intake: ArtifactIntake,
): Promise<void> {
  for (const file of recording?.files() ?? []) {
    intake.record(file);
    await nextTurn();
  }
}
