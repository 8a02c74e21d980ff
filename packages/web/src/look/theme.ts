import { useEffect, useState } from 'preact/hooks';

export const choices = ['auto', 'light', 'dark'] as const;
export type Choice = (typeof choices)[number];

export interface Theme {
  readonly choice: Choice;
  readonly isDark: boolean;
  readonly choose: (choice: Choice) => void;
}

const themeName = 'castellan.theme';

/** Light or dark: as the system has it, or as it was chosen here. */
export function useTheme(): Theme {
  const system = matchMedia('(prefers-color-scheme: dark)');
  const [isSystemDark, setSystemDark] = useState(system.matches);
  const [choice, setChoice] = useState<Choice>(() => {
    const kept = localStorage.getItem(themeName);
    return choices.find((each) => each === kept) ?? 'auto';
  });
  useEffect(() => {
    const look = (): void => setSystemDark(system.matches);
    system.addEventListener('change', look);
    return () => system.removeEventListener('change', look);
  }, []);
  const isDark = choice === 'auto' ? isSystemDark : choice === 'dark';
  useEffect(() => {
    document.documentElement.dataset['theme'] = isDark ? 'dark' : 'light';
  }, [isDark]);
  return {
    choice,
    isDark,
    choose(next) {
      localStorage.setItem(themeName, next);
      setChoice(next);
    },
  };
}
