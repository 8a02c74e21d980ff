import { caps } from '@castellan/protocol/frames';
import {
  type Command,
  type LongCommand,
  longerThan,
  paramsOf,
  readCommand,
  readEnds,
} from './command.ts';
import { type CdpConnection, sessionEnded } from './connection.ts';
import { decide } from './table/decide.ts';
import { type Excerpt, excerptOf, shortCommand } from './excerpt.ts';
import { type Inventory, mostConnections, mostPages } from './inventory.ts';
import { type Fields, fieldsOf, mostParsed, parse, readIncoming, textOf } from './messages.ts';
import { type Piece, Pieces } from './piece.ts';
import { messageBytes } from './pipe.ts';
import { lookAt } from './answers.ts';
import { mostOf } from './table/table.ts';
import { openTargetEvents } from './target-events.ts';

/** The limit of unanswered commands. A script's box stops before, but for commands to no page. */
const mostOpen = caps.openCommands + 1_024;

export interface RelayParts {
  readonly cdp: CdpConnection;
  readonly inventory: Inventory;
  /** Whether this is the relay's own session to the browser. */
  isOwn(sessionId: string | undefined): boolean;
  /** An event on the relay's own session. */
  own(method: string, params: Fields): void;
  /** An event on another session of the relay's own. */
  hidden(sessionId: string, method: string, params: () => Fields, characters: number): void;
  /** Gives events and answers of Chromium's network what it cannot know. */
  readonly network: {
    event(method: string, message: Pieces): { readonly message: Pieces; readonly isTold: boolean };
    answer(method: string, rest: Pieces): Pieces;
  };
  /** An event that is forwarded to the script; `isTold`: a line of the log has said the same. */
  seen(
    method: string,
    params: () => Fields,
    sessionId: string,
    characters: number,
    isTold: boolean,
  ): void;
  /** A command of the script that is allowed: passed on, or answered here. */
  asked(method: string, params: Fields, sessionId: string | undefined): void;
  /** What has to happen before the script gets an event. */
  until(method: string, params: () => Fields): Promise<void> | undefined;
  /** Prepares a new context of the script before the script learns of it. */
  prepareContext(id: string): Promise<void>;
  /**
   * Copies files of the script into the box. Resolves with their paths; rejects with a message for
   * the script.
   */
  placeFiles(names: unknown): Promise<readonly string[]>;
  /** Sends JSON text to the script, in pieces. */
  readonly toScript: (...pieces: readonly Piece[]) => void;
  /** Logs a refusal. */
  refused(why: string): void;
}

/**
 * The filter between a script's Puppeteer and its Chromium: `decide` judges each command, and
 * command ids are the relay's own.
 */
export interface Relay {
  /** Handles a message from the script. Hostile. */
  fromScript(bytes: Uint8Array): void;
  /** Handles a message from Chromium. Hostile too. */
  fromBrowser(message: Pieces): void;
  /** Handles a message from Chromium that was too large, given its first characters. */
  tooLarge(start: string): void;
}

const tooLarge = (most: number): string =>
  `The answer is larger than ${most / 2 ** 20} MiB, which is the most: ask for less, or for parts`;

/** What is kept of a command until its answer comes. */
interface Asked {
  readonly id: number;
  readonly method: string;
  readonly sessionId: string | undefined;
  readonly contextId: string;
}

export function openRelay(parts: RelayParts): Relay {
  const { cdp, inventory, toScript } = parts;
  const targetEvents = openTargetEvents(parts);

  function refuse({ id, sessionId }: Pick<LongCommand, 'id' | 'sessionId'>, why: string): void {
    parts.refused(why);
    if (id !== undefined) fail(id, sessionId, why);
  }

  function fail(id: number, sessionId: string | undefined, message: string): void {
    toScript(JSON.stringify({ id, error: { code: -32_000, message }, sessionId }));
  }

  function fromScript(bytes: Uint8Array): void {
    const ends = bytes.length > shortCommand ? readEnds(bytes) : undefined;
    const most = ends === undefined ? Infinity : mostOf(ends.method);
    if (ends !== undefined && bytes.length > most) return turnDown(ends, longerThan(most));
    const excerpt = excerptOf(bytes);
    const command = excerpt === undefined ? undefined : readCommand(excerpt, mostOf);
    if (excerpt === undefined || command === undefined) {
      if (ends !== undefined) return turnDown(ends, 'with such params');
      return parts.refused('A message that is no command, or too large');
    }
    if ('why' in command) turnDown(command, command.why);
    else judge(command, excerpt);
  }

  function turnDown(command: Omit<LongCommand, 'why'>, why: string): void {
    refuse(command, `${command.method} is not allowed ${why}`);
  }

  function judge(command: Command, excerpt: Excerpt): void {
    const { id, sessionId, method } = command;
    const session = inventory.sessionType(sessionId);
    if (session === undefined) return toScript(JSON.stringify({ id, error: sessionEnded }));
    if (cdp.open >= mostOpen) return fail(id, sessionId, 'Too many commands are unanswered');
    const given = paramsOf(command);
    if (given === undefined) return turnDown(command, 'with such params');
    const decision = decide(session, method, given, inventory, (value) => excerpt.judged(value));
    if (!decision.pass) return refuse(command, decision.why);
    if (method === 'Target.createTarget') {
      if (!inventory.mayOpen()) return refuse(command, `${method}: more than ${mostPages} pages`);
      inventory.opening(1);
    }
    if (method === 'Target.attachToBrowserTarget') {
      if (!inventory.mayConnect()) {
        return refuse(command, `${method}: more than ${mostConnections} connections`);
      }
      inventory.connecting(1);
    }
    for (const name of decision.dropped) parts.refused(`${method}: ${name} was left out`);
    const by = decision.row.answered?.by;
    if (by === 'nothing') {
      parts.asked(method, decision.params, sessionId);
      toScript(JSON.stringify({ id, result: {}, sessionId }));
    } else if (by === 'files') void withFiles(command, decision.params, excerpt);
    else pass(command, decision.params, decision.isAsGiven, excerpt);
  }

  /** What waits for the answer must not hold the params, which may be large. */
  function pass(
    { id, method, sessionId, ...given }: Command,
    params: Fields,
    isAsGiven: boolean,
    excerpt: Excerpt,
  ): void {
    parts.asked(method, params, sessionId);
    const contextId = textOf(params['browserContextId']);
    const pieces = excerpt.whole(isAsGiven ? given.params : JSON.stringify(params));
    cdp.pass(method, pieces, sessionId, answerTo({ id, method, sessionId, contextId }));
  }

  function answerTo({ id, method, sessionId, contextId }: Asked): (rest: Pieces) => void {
    return (rest) => {
      if (method === 'Target.createTarget') inventory.opening(-1);
      if (method === 'Target.attachToBrowserTarget') inventory.connecting(-1);
      const deliver = (): void =>
        toScript(`{"id":${id}`, ...parts.network.answer(method, rest).all);
      const look = lookAt(method, rest.length);
      if (look === undefined) return deliver();
      if (rest.length > mostParsed) return fail(id, sessionId, tooLarge(mostParsed));
      const answer = fieldsOf(parse(`{"id":0${rest.text()}`));
      if (answer['error'] !== undefined) return deliver();
      const result = look(fieldsOf(answer['result']), inventory, contextId);
      const send = (): void => toScript(JSON.stringify({ id, result, sessionId }));
      if (method !== 'Target.createBrowserContext') return send();
      parts
        .prepareContext(textOf(result['browserContextId']))
        .then(send, (error: Error) => fail(id, sessionId, error.message));
    };
  }

  async function withFiles(command: Command, params: Fields, excerpt: Excerpt): Promise<void> {
    try {
      pass(command, { ...params, files: await parts.placeFiles(params['files']) }, false, excerpt);
    } catch (error) {
      refuse(command, `${command.method} is not allowed: ${(error as Error).message}`);
    }
  }

  function fromBrowser(message: Pieces): void {
    const incoming = readIncoming(message);
    if (incoming === undefined) return;
    if (incoming.kind === 'answer') return cdp.settle(incoming.id, incoming.rest);
    const { method, sessionId } = incoming;
    const params = (): Fields => incoming.params();
    if (parts.isOwn(sessionId)) return parts.own(method, params());
    if (sessionId !== undefined && inventory.isHiddenSession(sessionId)) {
      return parts.hidden(sessionId, method, params, message.length);
    }
    if (inventory.sessionType(sessionId) === undefined) return;
    const deliver = (): void => {
      const { message: shown, isTold } = parts.network.event(method, message);
      const told = shown === message ? incoming : readIncoming(shown);
      const given = told?.kind === 'event' ? () => told.params() : params;
      parts.seen(method, given, sessionId ?? '', message.length, isTold);
      toScript(...shown.all);
    };
    if (method.startsWith('Browser.')) return;
    if (method.startsWith('Target.')) targetEvents.event(method, params(), sessionId, deliver);
    else {
      const due = parts.until(method, params);
      if (due === undefined) deliver();
      else void due.then(deliver);
    }
  }

  return {
    fromScript,
    fromBrowser,
    tooLarge(start) {
      const id = /^\{"id":(\d{1,15})/.exec(start)?.[1];
      if (id === undefined) return parts.refused('An event was too large to be passed on');
      const error = JSON.stringify({ code: -32_000, message: tooLarge(messageBytes) });
      cdp.settle(Number(id), new Pieces([`,"error":${error}}`]));
    },
  };
}
