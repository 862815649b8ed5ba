/*
 * Copyright 2026 The Infra Hub Authors
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *     http://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

/** Style sheet of the portal; follows the reader's light or dark setting. */
export const styleSheet = `
:root { color-scheme: light dark; --page:#f5f6f8; --card:#fff; --text:#1b1f24; --dim:#57606a; --line:#d0d7de; --accent:#0550ae; --on-accent:#fff; --good:#1a6b33; --good-bg:#e3f4e7; --warn:#7d4e00; --warn-bg:#fff4d6; --bad:#a40e26; --bad-bg:#ffe9eb; --head:#17212e; --on-head:#f0f3f6; }
@media (prefers-color-scheme: dark) { :root { --page:#10151b; --card:#181f27; --text:#e6edf3; --dim:#9aa6b2; --line:#323c47; --accent:#79b8ff; --on-accent:#08121d; --good:#7ee2a0; --good-bg:#12301d; --warn:#f2c55c; --warn-bg:#33270a; --bad:#ff9aa5; --bad-bg:#3b1218; --head:#0b1016; } }
* { box-sizing: border-box; }
body { margin:0; background:var(--page); color:var(--text); font:16px/1.5 system-ui, sans-serif; }
a { color:var(--accent); }
header { background:var(--head); color:var(--on-head); }
.bar, main, footer { max-width:1200px; margin:0 auto; padding:12px 20px; }
.bar { display:flex; flex-wrap:wrap; gap:12px 28px; align-items:center; }
.bar a { color:var(--on-head); text-decoration:none; }
.brand { font-weight:700; font-size:1.1rem; }
.bar nav { display:flex; gap:18px; flex:1; }
.bar nav a[aria-current] { border-bottom:2px solid currentColor; }
.actor { display:flex; gap:8px; align-items:center; }
h1 { margin:.5em 0 .1em; font-size:1.7rem; overflow-wrap:anywhere; }
h2 { font-size:1.1rem; margin:0 0 .6em; }
section { margin:22px 0; }
.lead, footer, .how, .empty, .crumbs { color:var(--dim); }
.lead { margin-top:0; }
footer { font-size:.85rem; }
.panels { display:grid; grid-template-columns:repeat(auto-fit, minmax(min(100%, 430px), 1fr)); gap:18px; }
.panel, .scroll, .danger:is(details) { background:var(--card); border:1px solid var(--line); border-radius:8px; }
.panel { padding:16px; margin:0; }
.panels { margin-top:18px; }
.panel.warn { border-color:var(--warn); background:var(--warn-bg); }
.scroll { overflow-x:auto; }
table { border-collapse:collapse; width:100%; }
th, td { text-align:left; padding:9px 14px; border-bottom:1px solid var(--line); vertical-align:top; font-weight:400; }
thead th { color:var(--dim); font-size:.85rem; }
tbody tr:last-child > * { border-bottom:0; }
.chip { border-radius:20px; padding:1px 10px; font-size:.85rem; white-space:nowrap; }
.good { color:var(--good); background:var(--good-bg); }
.chip.warn { color:var(--warn); background:var(--warn-bg); }
.bad { color:var(--bad); background:var(--bad-bg); }
.note { border-radius:8px; padding:10px 14px; }
.rows, .changes { list-style:none; margin:0; padding:0; }
.rows > li { border-bottom:1px solid var(--line); padding:8px 0; }
.row { display:flex; flex-wrap:wrap; gap:8px 12px; align-items:end; }
.row > label { align-self:center; min-width:7em; }
.stack { display:grid; gap:12px; justify-items:start; }
.field label { display:block; font-size:.85rem; color:var(--dim); }
.stack .field:is(.textarea, .lines) { width:100%; }
.field.checkbox { display:flex; flex-direction:row-reverse; gap:8px; align-items:center; justify-content:flex-end; }
.field.checkbox label { font-size:1rem; color:var(--text); }
input, select, textarea, button { font:inherit; color:var(--text); background:var(--card); border:1px solid var(--dim); border-radius:6px; padding:5px 10px; max-width:100%; }
input, select { height:38px; }
input[type=number] { width:6em; }
.row input:not([type=number]) { width:9.5em; }
.actor { min-width:0; max-width:100%; }
.actor input { min-width:0; flex:1 1 9em; width:9em; }
.actor label, .actor button, .bar nav a { white-space:nowrap; }
input[type=checkbox] { width:18px; height:18px; }
textarea { width:100%; font-family:ui-monospace, monospace; font-size:.85rem; }
button { cursor:pointer; background:var(--accent); color:var(--on-accent); border-color:var(--accent); }
button.quiet { background:transparent; color:var(--accent); }
button.danger { background:var(--bad); border-color:var(--bad); color:var(--card); }
details { margin-top:12px; } summary { cursor:pointer; color:var(--accent); padding:4px 0; }
details.danger { padding:10px 16px; } details.danger summary { color:var(--bad); }
code { font-size:.9em; overflow-wrap:anywhere; } .scroll code { overflow-wrap:normal; }
dl { display:grid; grid-template-columns:max-content 1fr; gap:4px 16px; } dd { margin:0; }
.hidden { position:absolute; width:1px; height:1px; overflow:hidden; clip-path:inset(50%); white-space:nowrap; }
.skip { position:absolute; left:-999px; } .skip:focus { left:8px; top:8px; background:var(--card); padding:8px; z-index:1; }
:focus-visible { outline:3px solid var(--accent); outline-offset:2px; } header :focus-visible { outline-color:#79b8ff; }
`;

/** Takes the name in the head along with every form, so that it need not be saved first. */
export const script = `
document.addEventListener('submit', event => {
  const actor = event.target.querySelector('input[type=hidden][name=actor]');
  const name = document.getElementById('actor').value.trim();
  if (actor && name) actor.value = name;
});
`;
