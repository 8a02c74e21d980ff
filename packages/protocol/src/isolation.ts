import { type Kind, Misfit } from './kind.ts';
import { oneOf } from './kinds.ts';
import { either, listOf } from './structures.ts';
import { type IsolationChoice, isolationChoices, namesOf } from './words.ts';

/** A choice that puts up walls. */
type WalledChoice = Exclude<IsolationChoice, 'none'>;

/** What builds boxes: one choice, or several, of which a run may name one. The first is that of all others. */
export type IsolationOffer = IsolationChoice | readonly WalledChoice[];

const walled = namesOf(isolationChoices).filter(
  (name): name is WalledChoice => name !== 'none',
) as [WalledChoice, ...WalledChoice[]];

const list = listOf(oneOf(walled));
const several: Kind<readonly WalledChoice[]> = {
  ...list,
  says: 'a list of one or more of them without none',
  schema: { ...list.schema, minItems: 1 },
  read(value) {
    const found = list.read(value);
    if (found.length === 0) throw new Misfit('a list with one or more names', value);
    return found;
  },
};

/** Validates an `IsolationOffer`. */
export const isolationOffer: Kind<IsolationOffer> = either<
  IsolationChoice,
  readonly WalledChoice[]
>(oneOf(namesOf(isolationChoices)), several);

/** All choices of an offer, the first one first. */
export function choicesOf(offer: IsolationOffer): readonly IsolationChoice[] {
  return typeof offer === 'string' ? [offer] : offer;
}
