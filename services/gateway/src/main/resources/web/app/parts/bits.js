import { html, nothing } from 'lit';
import { percent, seconds, stateWord } from '../format.js';
import { changing, shutGates } from './gates.js';

export const chip = (state) =>
  html`<span class="chip ${state.toLowerCase()}">${stateWord(state)}</span>`;

/** A bar that screen readers know as one. */
export const bar = (share, label) => html`
  <progress max="1" value=${share ?? 0} aria-label=${label}>${percent(share, 0)}</progress>`;

export const stage = (name, progress) =>
  progress
    ? html`<span class="stage">
        ${bar(progress.done / progress.total, name)}
        <span class="figures">${progress.done}/${progress.total}
          ${progress.secondsLeft > 0 ? html`· ${seconds(progress.secondsLeft)} left` : nothing}</span>
      </span>`
    : html`<span class="quiet">not begun</span>`;

/** What went wrong in a run, where, and the ways out. */
export const failure = (item, run, retry) => html`
  <li class="failure">
    <p><strong>${item.variant ? `${item.variant}, ${item.stage}` : item.stage}</strong>: ${item.what}</p>
    <dl>
      <dt>Where</dt><dd><code>${item.where}</code></dd>
      ${item.variant ? shutGates(run, item.variant) : nothing}
      <dt>How to fix</dt><dd>${item.howToFix}</dd>
    </dl>
    ${retry && (item.variant || run.spec) ? html`<p class="choices"><button @click=${() => retry(item.variant)}>Try ${item.variant ?? 'the run'} again</button>
      ${run.spec ? html`<a class="button" href=${changing(run, item.variant)}>Change it and try again</a>` : nothing}</p>` : nothing}
  </li>`;

/** Figures behind a chart, for those who want them or cannot see it. */
export const figures = (caption, head, rows) => html`
  <details class="figures-table">
    <summary>${caption}</summary>
    <div class="scroll" tabindex="0" role="region" aria-label=${caption}>
      <table>
        <thead><tr>${head.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
        <tbody>${rows.map((row) => html`<tr>${row.map((cell, i) => (i === 0
          ? html`<th scope="row">${cell}</th>`
          : html`<td>${cell}</td>`))}</tr>`)}</tbody>
      </table>
    </div>
  </details>`;
