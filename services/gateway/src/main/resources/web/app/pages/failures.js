import { html, nothing } from 'lit';
import { Page } from '../page.js';
import { get, getIfThere } from '../api.js';
import { failure } from '../parts/bits.js';
import { tryAgain } from '../parts/retry.js';
import { ago } from '../format.js';

/** Runs that are read at once. */
const STEP = 20;

class Failures extends Page {
  static properties = { ...Page.properties, runs: { state: true } };
  shown = STEP;

  async load() {
    const page = await get(`/runs?failures=true&limit=${this.shown}`);
    const read = await Promise.all(page.runs.map((run) => getIfThere(`/runs/${encodeURIComponent(run.runId)}`)));
    this.runs = read.filter(Boolean);
    this.more = Boolean(page.next);
  }

  concerns(summary) {
    return summary.failures > 0 || this.runs?.some((run) => run.runId === summary.runId); // it may be deleted
  }

  async retry(run, variant) {
    try {
      const { runId } = await tryAgain(run, variant);
      location.hash = `#/runs/${encodeURIComponent(runId)}`;
    } catch (problem) {
      this.problem = problem;
    }
  }

  content() {
    return html`<div class="title"><h1>Failures</h1></div>
      ${this.runs.length === 0 ? html`<p class="quiet card">Nothing failed. What does will be here, with the place and the way out.</p>` : this.runs.map((run) => html`
        <section class="card">
          <h2><a href="#/runs/${encodeURIComponent(run.runId)}">${run.runId}</a> <small class="quiet">${ago(run.occurredAt)}</small></h2>
          <ul class="plain">${run.failures.map((item) => failure(item, run, run.cancelRequested ? null : (variant) => this.retry(run, variant)))}</ul>
        </section>`)}
      ${this.more ? html`<button @click=${() => { this.shown += STEP; this.refresh(); }}>Older failures</button>` : nothing}`;
  }
}
customElements.define('ld-failures', Failures);
