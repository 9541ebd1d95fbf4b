/**
 * The style sheet of the emulator's pages: light and dark by the reader's setting, from 320 px to wide, figures in
 * columns. Plain CSS; no font, image or script is loaded.
 */

export const STYLE = `
:root { color-scheme: light dark; --paper: #fff; --ground: #f4f5f2; --ink: #1d2521; --faint: #5a655f; --line: #d6dad4; --accent: #176b45; --on-accent: #fff; --warn: #9a3412; --good: #166534; }
@media (prefers-color-scheme: dark) { :root { --paper: #1b211e; --ground: #131715; --ink: #e6ebe7; --faint: #a3aea8; --line: #39423d; --accent: #5fc596; --on-accent: #08130d; --warn: #fdba74; --good: #86efac; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; font-variant-numeric: tabular-nums; }
a { color: var(--accent); }
.top { display: flex; flex-wrap: wrap; gap: .25rem 1rem; align-items: baseline; padding: .75rem 1rem; border-bottom: 1px solid var(--line); background: var(--paper); }
.top a { font-weight: 650; text-decoration: none; }
.note, .faint { color: var(--faint); font-size: .9rem; }
main { max-width: 72rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: .5rem 0 .75rem; overflow-wrap: anywhere; }
h2 { font-size: 1.1rem; margin: 1.5rem 0 .5rem; }
.panel, .paper { background: var(--paper); border: 1px solid var(--line); border-radius: .5rem; padding: 1rem; margin: 0 0 1rem; }
.paper { padding: clamp(1rem, 4vw, 2.5rem); }
nav.tabs { display: flex; flex-wrap: wrap; gap: .25rem; margin: 0 0 1rem; border-bottom: 1px solid var(--line); }
nav.tabs a { padding: .5rem .75rem; text-decoration: none; color: var(--ink); border-bottom: 3px solid transparent; }
nav.tabs a[aria-current] { border-color: var(--accent); font-weight: 650; }
.scroll { overflow-x: auto; position: relative; }
dl.sums { display: grid; grid-template-columns: 1fr auto; gap: .3rem 1.5rem; max-width: 24rem; margin: 1rem 0 0 auto; }
dl.sums dt { color: var(--faint); } dl.sums dd { margin: 0; text-align: end; }
dl.sums .strong { font-weight: 650; color: var(--ink); }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: start; padding: .45rem .6rem; border-bottom: 1px solid var(--line); vertical-align: top; overflow-wrap: break-word; }
td { min-width: 4.5rem; }
td.text { min-width: 11rem; }
th { font-size: .85rem; color: var(--faint); font-weight: 600; }
.amount { text-align: end; white-space: nowrap; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.grid + .buttons, .grid + fieldset { margin-top: 1rem; }
form.row, .buttons { display: flex; flex-wrap: wrap; gap: .5rem .75rem; align-items: end; }
form.plain { display: inline; }
fieldset { border: 1px solid var(--line); border-radius: .5rem; margin: 0 0 1rem; padding: .5rem 1rem 1rem; }
label { display: block; font-size: .9rem; }
label.choice { display: flex; gap: .6rem; align-items: center; padding: .35rem 0; font-size: 1rem; }
input:not([type=radio]):not([type=checkbox]), select, textarea { display: block; width: 100%; min-width: 9rem; font: inherit; color: inherit; background: var(--paper); border: 1px solid var(--faint); border-radius: .35rem; padding: .4rem .5rem; }
button { font: inherit; padding: .45rem .9rem; border-radius: .35rem; border: 1px solid var(--faint); background: var(--paper); color: var(--ink); cursor: pointer; }
button.primary { background: var(--accent); border-color: var(--accent); color: var(--on-accent); }
button.danger { border-color: var(--warn); color: var(--warn); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.grid { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(15rem, 100%), 1fr)); gap: .75rem 1.25rem; }
.message { border: 1px solid; border-radius: .5rem; padding: .6rem .9rem; margin: 0 0 1rem; background: var(--paper); }
.message.problem { color: var(--warn); }
.message.done { color: var(--good); }
.badge { display: inline-block; border: 1px solid currentColor; border-radius: 1rem; padding: 0 .6rem; font-size: .8rem; white-space: nowrap; }
.badge.good { color: var(--good); } .badge.warn { color: var(--warn); }
.head { display: flex; flex-wrap: wrap; gap: 1rem 3rem; margin-bottom: 1.25rem; justify-content: space-between; }
.head address { font-style: normal; }
.invoice-title { font-size: 1.6rem; font-weight: 700; letter-spacing: .04em; margin: 0; }
dl.facts { display: grid; grid-template-columns: auto 1fr; gap: .15rem 1rem; margin: 0; }
dl.facts dt { color: var(--faint); } dl.facts dd { margin: 0; overflow-wrap: anywhere; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; margin: .4rem 0; font-size: .85rem; max-width: 100%; }
details summary { cursor: pointer; }
`;
