/** A time for people, in the zone of their machine; the exact one is what a pointer shows. */
export function Time({ at }: { at: string }) {
  const time = new Date(at);
  const isToday = time.toDateString() === new Date().toDateString();
  const text = isToday ? time.toLocaleTimeString() : time.toLocaleString();
  return (
    <time dateTime={at} title={at}>
      {text}
    </time>
  );
}
