import { html } from 'lit';
import { Page } from '../page.js';
import { get, post } from '../api.js';
import { failure } from '../parts/bits.js';
import { ago } from '../format.js';

const MOST = 30;

class Failures extends Page {
  static properties = { ...Page.properties, runs: { state: true } };

  async load() {
    const page = await get('/runs?limit=200');
    const failed = page.runs.filter((run) => run.failures > 0).slice(0, MOST);
    this.runs = await Promise.all(failed.map((run) => get(`/runs/${encodeURIComponent(run.runId)}`)));
  }

  concerns(summary) {
    return summary.failures > 0;
  }

  async retry(runId, variant) {
    try {
      const run = await post(`/runs/${encodeURIComponent(runId)}/variants/${encodeURIComponent(variant)}/retry`);
      location.hash = `#/runs/${encodeURIComponent(run.runId)}`;
    } catch (problem) {
      this.problem = problem;
    }
  }

  content() {
    return html`<div class="title"><h1>Failures</h1></div>
      ${this.runs.length === 0 ? html`<p class="quiet card">Nothing failed. What does will be here, with the place and the way out.</p>` : this.runs.map((run) => html`
        <section class="card">
          <h2><a href="#/runs/${encodeURIComponent(run.runId)}">${run.runId}</a> <small class="quiet">${ago(run.occurredAt)}</small></h2>
          <ul class="plain">${run.failures.map((item) => failure(item, run, run.cancelRequested ? null : (variant) => this.retry(run.runId, variant)))}</ul>
        </section>`)}`;
  }
}
customElements.define('ld-failures', Failures);
