import { JsonText } from '@castellan/protocol/json';
import type { AnsweredCall } from '../../runs/contract/calls.ts';

/** A call that was not written down, as JSON: the value is the text that its box wrote. */
export function callJson({ run, artifacts, isRecorded }: AnsweredCall): string {
  const { value, artifacts: listed, ...rest } = run;
  const held = listed.map(({ id, name, contentType, sizeBytes, sha256 }) => {
    const data = Buffer.from(artifacts.get(id) ?? []).toString('base64');
    return { id, name, contentType, sizeBytes, sha256, data };
  });
  const text = value instanceof JsonText ? value.text : JSON.stringify(value);
  const known = JSON.stringify({ ...rest, artifacts: held, recorded: isRecorded });
  return `${known.slice(0, -1)},"value":${text}}`;
}
