/** TypeScript as the editor has it: the build gives it to whatever imports `typescript`, so that it is there once. */
import { ts } from 'monaco-editor/language/typescript/ts.worker';

export default ts.typescript;
