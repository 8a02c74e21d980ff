import type { JobMessage } from '@castellan/protocol/frames';
import type { GuestJob } from '../../guest/host.ts';
import { lazyGlobalsIn } from '../../guest/platform/mentions.ts';
import type { Files } from '../../script/files.ts';
import type { Packages } from './packages.ts';

/** The part of a job that the guest needs. */
export function guestJobOf(
  { input, helpers, outputBytes, valueBytes, browser, request }: JobMessage,
  files: Files,
  { globals }: Packages,
): GuestJob {
  const alias = files.mayImport ? files.alias : null;
  const mentions = lazyGlobalsIn(files.allText);
  const given = { input, helpers, outputBytes, valueBytes, browser, request };
  return { ...given, alias, mentions, globals };
}
