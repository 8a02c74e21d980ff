import { constants, rmSync } from 'node:fs';
import { mkdir, open, opendir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Artifacts, isArtifactId, isRunId, nameOf } from './artifacts.ts';
import { verified } from './verified.ts';

/** Keeps artifacts where launchers write them: `FOLDER/RUN/ARTIFACT`. */
export async function artifactFolder(root: string): Promise<Artifacts> {
  await mkdir(root, { recursive: true, mode: 0o700 });
  const pathOf: Artifacts['pathOf'] = (run, artifact) => join(root, nameOf(run, artifact));
  return {
    pathOf,
    // The launcher has written it to the disk before it told of it.
    keep: () => Promise.resolve(),
    leave: () => Promise.resolve(),
    read: async (run, artifact) => {
      const file = await openFile(pathOf(run, artifact.id));
      return file && verified(file.createReadStream(), artifact);
    },
    urlOf: () => Promise.resolve(null),
    forget: async (run, artifacts) => {
      for (const id of artifacts) rmSync(pathOf(run, id), { force: true });
    },
    forgetRun: (run) => rm(join(root, nameOf(run)), { recursive: true, force: true }),
    kept: async function* () {
      for await (const run of runsIn(root)) {
        yield { run, artifacts: (await readdir(join(root, run))).filter(isArtifactId) };
      }
    },
    halfDone: async function* () {
      // A file that a launcher did not finish is one that no record knows.
    },
  };
}

/** Never follows a link. Undefined for what is not there. */
export async function openFile(path: string) {
  return open(path, constants.O_RDONLY | constants.O_NOFOLLOW).catch(() => undefined);
}

/** Ids of the runs that have a folder. */
export async function* runsIn(root: string): AsyncGenerator<string, void, undefined> {
  for await (const { name } of await opendir(root)) if (isRunId(name)) yield name;
}
