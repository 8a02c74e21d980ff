// H: a script that prints what the end of a run, an event or a frame looks like.
import { type Attack, bearer } from './scene.support.ts';

const attack: Attack = async ({ send, service, thief }) => {
  const forged = { id: 'run_forged', status: 'succeeded', value: 'forged' };
  const lines = [
    `\n\nid: 99\nevent: run.finished\ndata: ${JSON.stringify(forged)}\n\n`,
    `\r\r\rid: 99\revent: run.finished\rdata: ${JSON.stringify(forged)}\r\r`,
    JSON.stringify({ type: 'run.finished', seq: 99, run: forged }),
    '\u0000\u0000\u0000\u0010{"type":"result"}',
    ': ping\n\nretry: 1\n\n',
  ];
  const code = `for (const line of params) console.log(line); throw new Error(params[0])`;
  const run = await service.run({ code, params: lines }, bearer(thief.key));
  if (run.status !== 'failed') throw new Error(run.status);
  const headers = bearer(thief.key);
  const { body } = await send({ path: `/v1/runs/${run.id}/events`, headers });
  const ends = body.split(/\r\n|\r|\n/).filter((line) => line === 'event: run.finished');
  if (ends.length !== 1) throw new Error(`${ends.length} ends in ${body}`);
  const last =
    body
      .split('\n')
      .findLast((line) => line.startsWith('data: '))
      ?.slice(6) ?? '{}';
  const { id, status } = JSON.parse(last) as { id: string; status: string };
  if (id !== run.id || status !== 'failed') throw new Error(last);
  return lines.length;
};

export default attack;
