import { findMaterials } from '../boxes/browser/materials.ts';
import { startChromium } from '../boxes/browser/start.ts';
import { findChromium } from '../boxes/browser/find.ts';
import { bubblewrap } from '../drivers/bubblewrap/bubblewrap.ts';
import { openBrowser } from '../browser/open.ts';
import { openCgroups } from '../walls/cgroup/open.ts';
import { type DoctorRow, row } from './report.ts';

/** Whether scripts can have a browser here, tested by starting one in its box. */
export async function browserRow(executablePath?: string): Promise<DoctorRow> {
  try {
    const chromium = await findChromium(executablePath);
    if ('detail' in chromium) return row('browser', 'weak', chromium.detail, chromium.fix);
    const materials = await findMaterials(chromium, bubblewrap());
    await using cgroups = await openCgroups();
    const start = performance.now();
    await using browser = await openBrowser(await startChromium(materials, cgroups));
    const ms = Math.round(performance.now() - start);
    const { bytes } = browser.use();
    return row(
      'browser',
      'ok',
      `Chromium ${chromium.version} at ${chromium.program} stands in a box of its own, with its own sandbox on: ready after ${ms} ms, ${Math.round(bytes / 2 ** 20)} MiB.`,
    );
  } catch (error) {
    return row('browser', 'weak', (error as Error).message);
  }
}
