import { builtinsName, indexFile, type Member, shelfFile } from '@castellan/protocol/runtimes';
import type ivm from 'isolated-vm';
import { join } from 'node:path';
import { Shelf } from '../../script/shelf.ts';

/** The modules of a box that its isolates can load. */
export interface ModuleShelves {
  /** `libraries` are the platform's own, which no script can import. */
  readonly shelves: Readonly<Record<ShelfName, Pick<Shelf, 'read' | 'text'> | undefined>>;
  /** Text of the index of built-ins that scripts can be allowed. */
  readonly builtins: string;
  /** What shows the insides of values; undefined where the build made none. */
  readonly details?: ivm.NativeModule | undefined;
  /** Which compiled code the isolates of this process accept. */
  readonly codeKey: string;
}

export type ShelfName = 'libraries' | 'builtins' | 'packages';

/** Opens the shelves of the runner in `folder` and of a runtime, whose path is empty where there is none. */
export function openShelves(
  folder: string,
  runtime: string,
  codeKey: string,
  details?: ivm.NativeModule,
): ModuleShelves {
  const of = (path: string): Shelf => new Shelf(join(path, shelfFile));
  const builtins = of(join(folder, builtinsName));
  return {
    shelves: {
      libraries: of(join(folder, 'libraries')),
      builtins,
      packages: runtime === '' ? undefined : of(runtime),
    },
    builtins: builtins.text(indexFile(builtinsName), 'utf8') ?? '',
    details,
    codeKey,
  };
}

/** A module that a bare specifier led to. */
export interface Found {
  /** `packages/a.js#0`: the name that the guest's `Bundles` knows it by. */
  readonly path: string;
  readonly member: Member;
}
