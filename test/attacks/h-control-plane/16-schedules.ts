// H: schedules of another tenant: read, fired, changed, deleted; floods by the clock; ticks that are forged.
import {
  type Attack,
  bearer,
  schedulesPerTenant,
  victimFunction,
  victimSchedule,
} from './scene.support.ts';

const attack: Attack = async ({ send, thief }) => {
  let tries = 0;
  const json = { ...bearer(thief.key), 'content-type': 'application/json' };
  const ask = async (method: string, path: string, body?: unknown): Promise<number> => {
    const text = body === undefined ? {} : { body: JSON.stringify(body) };
    const { status } = await send({ method, path: `/v1/${path}`, headers: json, ...text });
    tries++;
    return status;
  };
  const yearly = { cron: '@yearly', function: victimFunction };
  for (const name of [victimSchedule, 'victim%2f..%2fclosing', '%63losing', 'closing%00', '*']) {
    for (const query of ['', '?tenant=victim', '?tenant=victim&tenant=thief', '?tenant[]=victim']) {
      await ask('GET', `schedules/${name}${query}`);
      await ask('GET', `schedules/${name}/history${query}`);
      await ask('DELETE', `schedules/${name}${query}`);
    }
    for (const tenant of ['victim', ['victim'], { toString: 'victim' }, null]) {
      for (const verb of ['run', 'pause', 'resume']) {
        await ask('POST', `schedules/${name}/${verb}`, { tenant });
      }
      // Of the victim, and of its own that would call the victim's function.
      await ask('PUT', `schedules/${name}`, { ...yearly, tenant });
    }
    await ask('PUT', `schedules/${name}`, { ...yearly, paused: true });
  }
  for (const query of ['?tenant=victim', `?cursor=sch_${'f'.repeat(32)}`, "?cursor=' OR 1=1 --"]) {
    await ask('GET', `schedules${encodeURI(query)}`);
  }

  await ask('PUT', 'functions/mine', { code: 'return 1' });
  // Floods, in the open and hidden in a calendar; expressions that are long, deep or none.
  for (const cron of [
    '* * * * * *',
    '*/9 * * * * *',
    '0,9 0 0 29 2 *',
    '0-59 59 23 31 12 FRI#5',
    '0,55 * * * * *',
    `${'0-59,'.repeat(39)}0 * * * * *`,
    `${'*,'.repeat(5_000)}* * * * *`,
    '0 0 30 2 *',
    '*/0 * * * *',
    '0/-1 * * * *',
    '1-99999999999999999999 * * * *',
    '? ? ? ? ? ?',
    '@reboot',
    '\u0000 * * * *',
    '__proto__ * * * *',
    '* * * * * \nforged-line',
  ]) {
    if ((await ask('PUT', 'schedules/flood', { cron, function: 'mine' })) !== 422) {
      throw new Error(`a flood was taken: ${cron.slice(0, 40)}`);
    }
  }
  for (const timezone of [
    '../../etc/passwd',
    '+00:01',
    'Europe/Vienna\nforged-line',
    '',
    null,
    7,
  ]) {
    await ask('PUT', 'schedules/flood', { cron: '@yearly', function: 'mine', timezone });
  }
  // More of them than a tenant may have.
  const statuses: number[] = [];
  for (let number = 0; number <= schedulesPerTenant; number++) {
    const wanted = { cron: '@yearly', function: 'mine' };
    statuses.push(await ask('PUT', `schedules/many-${number}`, wanted));
  }
  if (statuses.at(-1) !== 429 || statuses[0] !== 201) {
    throw new Error(`many schedules were answered ${statuses.join()}`);
  }

  // Runs that claim to be ticks.
  for (const label of ['castellan/schedule', 'castellan/tick']) {
    const body = { code: 'return 1', labels: { [label]: victimSchedule } };
    if ((await ask('POST', 'runs', body)) !== 422) throw new Error(`the label ${label} was taken`);
  }
  await ask('DELETE', 'functions/mine');
  return tries;
};

export default attack;
