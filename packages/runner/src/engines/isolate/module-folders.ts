import { indexFile, type Member } from '@castellan/protocol/runtimes';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The modules of a box that its isolates can load. */
export interface ModuleFolders {
  readonly paths: Readonly<Record<FolderName, string>>;
  /** Text of the index of built-ins that scripts can be allowed. */
  readonly builtins: string;
  /** Which compiled code the isolates of this process accept. */
  readonly codeKey: string;
}

/** `libraries` are the platform's own, which no script can import. An empty path means none. */
export type FolderName = 'libraries' | 'builtins' | 'packages';

/** Reads an index. The folder is part of the box; whoever made the box has checked it. */
export function readIndex(folder: string, name: string): string {
  return readFileSync(join(folder, indexFile(name)), 'utf8');
}

/** A module that a bare specifier led to. */
export interface Found {
  /** `packages/a.js#0`: the name that the guest's `Bundles` knows it by. */
  readonly path: string;
  readonly member: Member;
}
