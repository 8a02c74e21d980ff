import { rmSync } from 'node:fs';
import { mkdir, opendir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** The files of artifacts: `FOLDER/RUN/ARTIFACT`, names that no client chooses. */
export interface Folder {
  pathOf(run: string, artifact: string): string;
  /** Removes one artifact; succeeds if it does not exist. */
  forget(run: string, artifact: string): void;
  /** Removes all artifacts of a run. */
  forgetRun(run: string): Promise<void>;
  /** Ids of runs that have a folder. */
  runs(): AsyncIterable<string>;
  /** Ids of the artifacts in the folder of a run. */
  list(run: string): Promise<string[]>;
}

const form = { run: /^run_[0-9a-f]{32}$/, artifact: /^art_[0-9a-f]{32}$/ } as const;

export async function artifactFolder(root: string): Promise<Folder> {
  await mkdir(root, { recursive: true, mode: 0o700 });
  const folderOf = (run: string): string => {
    if (!form.run.test(run)) throw new Error(`${JSON.stringify(run)} is not the id of a run`);
    return join(root, run);
  };
  const pathOf: Folder['pathOf'] = (run, artifact) => {
    if (form.artifact.test(artifact)) return join(folderOf(run), artifact);
    throw new Error(`${JSON.stringify(artifact)} is not the id of an artifact`);
  };
  return {
    pathOf,
    forget: (run, artifact) => rmSync(pathOf(run, artifact), { force: true }),
    forgetRun: (run) => rm(folderOf(run), { recursive: true, force: true }),
    runs: async function* () {
      for await (const { name } of await opendir(root)) if (form.run.test(name)) yield name;
    },
    list: async (run) => {
      const names = await readdir(folderOf(run)).catch(() => []);
      return names.filter((name) => form.artifact.test(name));
    },
  };
}
