import { given } from '../functions/verb.ts';
import { ArtifactFolder } from '../output/artifact-folder.ts';
import { withService } from '../remote/service.ts';
import { concludeAccepted } from '../submit/follow.ts';
import type { Verb } from './verb.ts';

/** The source is on the service: of an error, no line of it is shown. */
const noSource = { files: new Map<string, string>(), withheld: new Map<string, string>() };

/** Calls the function of a schedule now, followed to its end. */
export const run: Verb = async ({ values, operands: [name = ''], terminal, interrupted }) => {
  const { tenant, detach = false, json = false, out: folder } = values;
  return withService(process.env, terminal, async ({ schedules }, origin) => {
    await using out =
      folder === undefined || detach ? undefined : await ArtifactFolder.open(folder);
    const accepted = await schedules.run(name, given({ tenant }));
    const wish = { isJson: json, isDetached: detach };
    return await concludeAccepted({ accepted, interrupted, out, origin }, wish, noSource, terminal);
  });
};
