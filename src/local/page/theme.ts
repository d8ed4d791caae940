// Light or dark: the system's choice, until somebody makes another one.
import { byId } from './dom.ts';

type Theme = 'light' | 'dark';
const system = matchMedia('(prefers-color-scheme: dark)');

function chosen(): Theme {
  const kept = localStorage.getItem('theme');
  if (kept === 'light' || kept === 'dark') return kept;
  return system.matches ? 'dark' : 'light';
}

function show(): void {
  const other = chosen() === 'dark' ? 'Light' : 'Dark';
  document.documentElement.dataset.theme = chosen();
  byId('theme').textContent = other;
  byId('theme').setAttribute('aria-label', `Use ${other.toLowerCase()} colours`);
}

/** Shows it now and from now on, and lets the button change it. */
export function followTheme(): void {
  byId('theme').addEventListener('click', () => {
    localStorage.setItem('theme', chosen() === 'dark' ? 'light' : 'dark');
    show();
  });
  system.addEventListener('change', show);
  show();
}
