import { syntaxRefusal } from '../../script/failure.ts';
import { bodyEnd, bodyStart, type Complain } from '../../script/words.ts';
import type { Warm } from './warm.ts';

/** What the V8 of an isolate says about a source. */
export function complainIn({ isolate }: Pick<Warm, 'isolate'>): Complain {
  return (source, form) => {
    try {
      const filename = 'source';
      if (form === 'module') isolate.compileModuleSync(source, { filename });
      else {
        const code = `${bodyStart}${source}${bodyEnd}`;
        isolate.compileScriptSync(code, { filename, columnOffset: 0 - bodyStart.length });
      }
      return null;
    } catch (error) {
      if (!(error instanceof SyntaxError)) return null;
      const { message, place } = syntaxRefusal(error);
      return { message, line: place?.line ?? null, column: place?.column ?? null };
    }
  };
}
