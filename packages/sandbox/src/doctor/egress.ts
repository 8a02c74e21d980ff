import { CastellanError } from '@castellan/protocol';
import { bubblewrap } from '../drivers/bubblewrap/bubblewrap.ts';
import type { HostTools } from '../drivers/bubblewrap/tools.ts';
import { ProcessView } from '../walls/procfs.ts';
import { findGatewayBox } from '../boxes/gateway/enclosure.ts';
import { openCgroups } from '../walls/cgroup/open.ts';
import { openEgress } from '../egress/launcher/egress.ts';
import { type DoctorRow, row } from './report.ts';

/** Whether scripts can have a network here, tested by starting the gateway in its box. */
export async function egressRow(tools: Partial<HostTools> = {}): Promise<DoctorRow> {
  try {
    await using cgroups = await openCgroups();
    const box = await findGatewayBox(bubblewrap({ tools }), cgroups);
    const start = performance.now();
    await using egress = await openEgress({ box });
    const ms = Math.round(performance.now() - start);
    using gateway = new ProcessView(egress.pid ?? 0);
    const mebibytes = Math.round((gateway.sample()?.privateBytes ?? 0) / 2 ** 20);
    return row(
      'egress gateway',
      'ok',
      `It stands in a box of its own, with the network and nothing else of this machine${cgroups.mode === 'none' ? '' : ', and in a cgroup'}: ready after ${ms} ms, ${mebibytes} MiB.`,
    );
  } catch (error) {
    const { detail, fix } =
      error instanceof CastellanError ? error : { detail: (error as Error).message, fix: null };
    return row('egress gateway', 'weak', `Scripts can have no network: ${detail}`, fix);
  }
}
