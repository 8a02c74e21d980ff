import type { ComponentChildren } from 'preact';
import { type Place, placeOf, searchOf, useGo } from './place.ts';

/** A link to another place of the page: it can be opened in a tab of its own. */
export function Link(props: {
  readonly to: Partial<Place>;
  readonly isCurrent?: boolean;
  readonly class?: string;
  readonly children: ComponentChildren;
}) {
  const go = useGo();
  const place = placeOf(props.to);
  return (
    <a
      href={location.pathname + searchOf(place)}
      class={props.class}
      aria-current={props.isCurrent === true ? 'page' : undefined}
      onClick={(event) => {
        const isElsewhere = event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
        if (event.button !== 0 || isElsewhere) return;
        event.preventDefault();
        go(place);
      }}
    >
      {props.children}
    </a>
  );
}
