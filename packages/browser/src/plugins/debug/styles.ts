/**
 * The overlay's own styles, adopted by its shadow root: a page's styles do not reach in, none reach out, and a Content-Security-Policy
 * without 'unsafe-inline' allows them.
 */
export const styles = `
:host {
  all: initial !important;
  color-scheme: light dark !important;
  position: fixed !important;
  z-index: 2147483647 !important;
  right: var(--right, 8px) !important;
  bottom: var(--bottom, 8px) !important;
  inline-size: min(26rem, calc(100vw - 16px)) !important;
  font: 13px/1.45 system-ui, sans-serif !important;
  --paper: light-dark(#fff, #17191d);
  --ink: light-dark(#1b1d21, #e8eaee);
  --quiet: light-dark(#5a606b, #a3abb8);
  --line: light-dark(#d9dce2, #343942);
  --bar: light-dark(#f1f3f6, #20242a);
  --accent: light-dark(#0b57b0, #8ab8ff);
  --good: light-dark(#146c2e, #6dd58c);
  --bad: light-dark(#b3261e, #ff8a80);
}
section {
  display: flex; flex-direction: column; max-block-size: min(34rem, calc(100dvh - 16px));
  color: var(--ink); background: var(--paper); border: 1px solid var(--line); border-radius: 10px; overflow: hidden;
  box-shadow: 0 6px 24px rgb(0 0 0 / .22);
}
header { display: flex; align-items: center; gap: 4px; padding: 4px 4px 4px 6px; background: var(--bar); border-block-end: 1px solid var(--line); }
h2 { flex: 1; margin: 0; font-size: 13px; font-weight: 600; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
button { font: inherit; color: inherit; background: none; border: 1px solid transparent; border-radius: 6px; min-inline-size: 32px; min-block-size: 32px; padding: 0 8px; cursor: pointer; }
button:hover { border-color: var(--line); background: var(--paper); }
.move { cursor: move; touch-action: none; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: -2px; }
main { overflow: auto; overscroll-behavior: contain; }
section[data-small] main { display: none; }
main > details { border-block-end: 1px solid var(--line); }
main > details:last-child { border: 0; }
summary { cursor: pointer; padding: 6px 10px; }
main > details > summary { display: flex; gap: 8px; font-weight: 600; }
main > details > summary::before { content: '▸'; color: var(--quiet); }
main > details[open] > summary::before { content: '▾'; }
main > details > summary > span { margin-inline-start: auto; font-weight: 400; color: var(--quiet); text-align: end; overflow-wrap: anywhere; }
.body { padding: 0 10px 8px; }
.body summary { padding: 3px 0; overflow-wrap: anywhere; }
dl { display: grid; grid-template-columns: minmax(6rem, max-content) 1fr; gap: 2px 10px; margin: 0; }
dt { color: var(--quiet); }
dd { margin: 0; overflow-wrap: anywhere; white-space: pre-line; font-family: ui-monospace, monospace; font-size: 12px; }
pre { margin: 0 0 6px; padding: 6px 8px; background: var(--bar); border-radius: 6px; font: 12px/1.4 ui-monospace, monospace; white-space: pre-wrap; overflow-wrap: anywhere; max-block-size: 14rem; overflow: auto; }
p { margin: 0; color: var(--quiet); }
time { color: var(--quiet); font-family: ui-monospace, monospace; font-size: 12px; }
.good { color: var(--good); }
.bad { color: var(--bad); }
@media (prefers-contrast: more) { :host { --quiet: var(--ink); --line: var(--ink); } }
`
