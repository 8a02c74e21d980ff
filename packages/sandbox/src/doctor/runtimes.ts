import { locateParts } from '../boxes/runner/parts.ts';
import { defaultRuntime, findRuntime } from '../runtimes/locate.ts';
import { type DoctorRow, row } from './report.ts';

/** The packages that scripts can import: whole, and compiled for this Node. */
export function runtimeRow(): DoctorRow {
  try {
    const { snapshot } = locateParts();
    const { name, packages, hasCode } = findRuntime(defaultRuntime);
    const found = `Runtime ${name} with ${Object.keys(packages).length} packages, each file as it was built`;
    if (hasCode(snapshot.codeKey)) {
      return row('runtime', 'ok', `${found}, compiled for this Node.`);
    }
    return row(
      'runtime',
      'weak',
      `${found}, but compiled for another Node: imports take longer.`,
      `castellan runtime build ${name}`,
    );
  } catch (error) {
    return row('runtime', 'missing', (error as Error).message, 'npm run build, in a checkout.');
  }
}
