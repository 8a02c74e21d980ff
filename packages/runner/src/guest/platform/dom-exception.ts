import { captureStackTrace, construct, create, defineHidden, hasOwn } from './natives.ts';

const codes = {
  IndexSizeError: 1,
  HierarchyRequestError: 3,
  WrongDocumentError: 4,
  InvalidCharacterError: 5,
  NoModificationAllowedError: 7,
  NotFoundError: 8,
  NotSupportedError: 9,
  InUseAttributeError: 10,
  InvalidStateError: 11,
  SyntaxError: 12,
  InvalidModificationError: 13,
  NamespaceError: 14,
  InvalidAccessError: 15,
  TypeMismatchError: 17,
  SecurityError: 18,
  NetworkError: 19,
  AbortError: 20,
  URLMismatchError: 21,
  QuotaExceededError: 22,
  TimeoutError: 23,
  InvalidNodeTypeError: 24,
  DataCloneError: 25,
} as const satisfies Record<string, number>;

/** Codes whose names never were, or no longer are, names of a DOMException. */
const oldCodes = { DOMSTRING_SIZE_ERR: 2, NO_DATA_ALLOWED_ERR: 6, VALIDATION_ERR: 16 };

/** Adds private state to an object that another constructor has made. */
const Adopt = function (object: object): object {
  return object;
} as unknown as new (object: object) => object;

class Slots extends Adopt {
  readonly #name: string;
  readonly #message: string;

  constructor(error: object, name: string, message: string) {
    super(error);
    this.#name = name;
    this.#message = message;
  }

  static has(value: object): boolean {
    return #name in value;
  }
  static nameOf(value: object): string {
    return (value as Slots).#name;
  }
  static messageOf(value: object): string {
    return (value as Slots).#message;
  }
}

/**
 * Web IDL's DOMException. Instances are made by `Error`, so they are errors to `Error.isError`
 * and to the engine, with a stack of their own.
 */
export class DOMException {
  declare readonly stack?: string;

  constructor(message: unknown = '', options: unknown = 'Error') {
    const text = `${message as string}`;
    const isBag = typeof options === 'object' && options !== null;
    const bag = (isBag ? options : { name: options }) as { name?: unknown; cause?: unknown };
    const name = bag.name === undefined ? 'Error' : `${bag.name as string}`;
    const error = construct(
      Error,
      isBag && 'cause' in bag ? [undefined, { cause: bag.cause }] : [],
      new.target,
    ) as DOMException;
    new Slots(error, name, text);
    // The engine would leave the message out of the stack's first line, since it is no own property.
    const trace = create(null) as { name: string; message: string; stack?: string };
    trace.name = name;
    trace.message = text;
    captureStackTrace(trace, new.target);
    defineHidden(error, 'stack', trace.stack);
    return error;
  }

  get name(): string {
    return Slots.nameOf(this);
  }

  get message(): string {
    return Slots.messageOf(this);
  }

  get code(): number {
    const name = Slots.nameOf(this);
    return hasOwn(codes, name) ? codes[name as keyof typeof codes] : 0;
  }
}

Object.setPrototypeOf(DOMException.prototype, Error.prototype);
const constants = [...Object.entries(codes), ...Object.entries(oldCodes)];
constants.sort(([, a], [, b]) => a - b);
for (const holder of [DOMException, DOMException.prototype]) {
  for (const [name, value] of constants) {
    const constant = name.endsWith('_ERR') ? name : constantName(name);
    Object.defineProperty(holder, constant, { value, enumerable: true });
  }
}

/** Whether a value was made by the DOMException constructor, whatever its prototype is now. */
export function isDOMException(value: object): value is DOMException {
  return Slots.has(value);
}

/** `InvalidStateError` → `INVALID_STATE_ERR`. */
function constantName(name: string): string {
  const words = name.replace(/Error$/, '').replace(/([a-z])([A-Z])/g, '$1_$2');
  return `${words.replace('URLMis', 'URL_Mis').replace('In_Use', 'InUse').toUpperCase()}_ERR`;
}
