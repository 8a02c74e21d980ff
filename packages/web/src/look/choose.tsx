import { choices, type Choice, type Theme } from './theme.ts';

/** One of several words. */
export function Choose(props: {
  readonly label: string;
  readonly value: string;
  readonly options: readonly string[];
  readonly onChoose: (value: string) => void;
}) {
  const { label, value, options, onChoose } = props;
  return (
    <label class="choose">
      <span>{label}</span>
      <select
        value={value}
        onChange={({ currentTarget }) => {
          onChoose(currentTarget.value);
          // What only does something shows nothing that was chosen.
          if (value === '') currentTarget.value = '';
        }}
      >
        {options.map((option) => (
          <option key={option} value={option}>
            {option === '' ? '…' : option}
          </option>
        ))}
      </select>
    </label>
  );
}

export function ChooseTheme({ theme }: { theme: Theme }) {
  return (
    <Choose
      label="Theme"
      value={theme.choice}
      options={choices}
      onChoose={(choice) => theme.choose(choice as Choice)}
    />
  );
}
