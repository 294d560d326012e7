/**
 * The banner's looks, behind its shadow root: the page's styles stay out, and its strict Content-Security-Policy has nothing to refuse.
 * Text keeps a contrast of 7:1 and more; both answers look alike. A page sets the custom properties that start with `--consent-`.
 */
export const bannerStyle = `
:host {
  all: initial;
  color-scheme: light dark;
  --back: var(--consent-background, #fff);
  --text: var(--consent-color, #1b1c20);
  --line: var(--consent-line, #767a85);
  --mark: var(--consent-mark, #0b57d0);
}
@media (prefers-color-scheme: dark) {
  :host {
    --back: var(--consent-background, #1d1e22);
    --text: var(--consent-color, #f1f2f4);
    --line: var(--consent-line, #8b8f9a);
    --mark: var(--consent-mark, #8ab4f8);
  }
}
@media print { :host { display: none } }
[role=dialog] {
  position: fixed;
  z-index: 2147483647;
  inset-block-end: 1rem;
  inset-inline: 1rem;
  box-sizing: border-box;
  max-inline-size: 30rem;
  max-block-size: calc(100dvh - 2rem);
  overflow: auto;
  padding: 1.25rem;
  border: 1px solid var(--line);
  border-radius: .75rem;
  box-shadow: 0 .5rem 2rem #0004;
  background: var(--back);
  color: var(--text);
  font: 1rem/1.5 var(--consent-font, system-ui, sans-serif);
}
h2 { margin: 0 0 .25rem; font-size: 1.125rem; line-height: 1.3 }
p { margin: 0 0 .75rem }
a { color: inherit }
details { margin-block: -.25rem 1rem }
summary { inline-size: fit-content; padding-block: .5rem; cursor: pointer; text-decoration: underline; text-underline-offset: .2em }
fieldset { margin: .25rem 0 .75rem; padding: 0; border: 0 }
label { display: flex; gap: .75rem; padding-block: .5rem; cursor: pointer }
small { display: block; font-size: .875rem }
b { font-weight: 600 }
input { flex: none; inline-size: 1.25rem; block-size: 1.25rem; margin: .125rem 0 0; accent-color: var(--mark) }
.answers { display: grid; grid-template-columns: 1fr 1fr; gap: .75rem }
button {
  min-block-size: 2.75rem;
  padding: .5rem 1rem;
  border: 1px solid var(--text);
  border-radius: .5rem;
  background: var(--text);
  color: var(--back);
  font: inherit;
  font-weight: 600;
  cursor: pointer;
}
details button { inline-size: 100%; background: none; color: inherit }
:focus-visible { outline: 3px solid var(--mark); outline-offset: 2px }
[role=dialog]:focus { outline: 0 }
[role=dialog]:focus-visible { outline: 3px solid var(--mark) }
@media (prefers-reduced-motion: no-preference) {
  [role=dialog] { animation: come .2s ease-out }
  @keyframes come { from { opacity: 0; translate: 0 1rem } }
}
`
