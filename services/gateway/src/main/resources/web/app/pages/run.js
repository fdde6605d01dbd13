import { html, nothing } from 'lit';
import { Page } from '../page.js';
import { get, getIfThere, post, remove } from '../api.js';
import { chip, failure } from '../parts/bits.js';
import { tryAgain } from '../parts/retry.js';
import { pipeline } from '../parts/pipeline.js';
import { meanOf } from '../parts/scores-chart.js';
import { ENDED, ago, large, percent, place, stateWord } from '../format.js';
import '../parts/unet-drawing.js';
import '../parts/frontier-chart.js';
import '../parts/additivity-chart.js';

class Run extends Page {
  static properties = {
    ...Page.properties, runId: {}, run: { state: true }, scores: { state: true }, unet: { state: true },
    frontier: { state: true }, additivity: { state: true }, shown: { state: true }, looked: { state: true },
  };

  get path() {
    return `/runs/${encodeURIComponent(this.runId)}`;
  }

  concerns(summary) {
    return summary.runId === this.runId;
  }

  async load() {
    this.run = await get(this.path);
    this.requireNewest(this.run);
    const planned = this.run.variants.some((v) => v.plan);
    if (!this.scores && (planned || ENDED.includes(this.run.state))) {
      [this.scores, this.unet, this.frontier, this.additivity] = await Promise.all(
        ['scores', 'unet', 'frontier', 'additivity'].map((part) => getIfThere(`${this.path}/${part}`)));
    }
  }

  async act(what) {
    try {
      const run = await what();
      if (run.runId && run.runId !== this.runId) location.hash = `#/runs/${encodeURIComponent(run.runId)}`;
      else this.soon();
    } catch (problem) {
      this.problem = problem;
    }
  }

  retry(variant) {
    return this.act(() => tryAgain(this.run, variant));
  }

  async delete() {
    if (!confirm(`Delete ${this.runId} with all its artifacts?`)) return;
    await this.act(async () => {
      await remove(this.path);
      location.hash = '#/';
      return {};
    });
  }

  /** For screen readers: what changes rarely enough to be read out. */
  said(run) {
    const ready = run.variants.filter((v) => ENDED.includes(v.state)).length;
    return `${stateWord(run.state)}, ${ready} of ${run.variants.length} students ready`;
  }

  content() {
    const { run } = this;
    const ended = ENDED.includes(run.state);
    return html`
      <div class="title"><h1>${run.runId}</h1> ${chip(run.state)}
        <span class="quiet" title=${run.spec?.teacher ?? ''}>${place(run.spec?.teacher)}${this.scores ? `, ${large(this.scores.teacherParameters)} parameters` : ''} · asked for ${ago(run.requestedAt)}${run.spec?.retryOf ? html` · retry of <a href=${`#/runs/${run.spec.retryOf}`}>${run.spec.retryOf}</a>` : nothing}</span>
        <span class="actions">
          <a class="button" href="/api/v1${this.path}/report" target="_blank" rel="noopener">Report</a>
          ${ended
            ? html`<button @click=${this.delete}>Delete</button>`
            : html`<button ?disabled=${run.cancelRequested} @click=${() => this.act(() => post(`${this.path}/cancel`))}>${run.cancelRequested ? 'Stopping …' : 'Cancel'}</button>`}
        </span></div>
      ${(run.notes ?? []).map((note) => html`<p class="quiet">${note}</p>`)}
      <p class="unseen" role="status">${this.said(run)}</p>
      ${run.failures.length ? html`<section class="card bad-card"><h2>Failures</h2>
        <ul class="plain">${run.failures.map((item) => failure(item, run, run.cancelRequested ? null : (v) => this.retry(v)))}</ul></section>` : nothing}
      <section class="card"><h2>Pipeline</h2>${pipeline(run)}</section>
      ${this.scores ? this.findings() : html`<p class="quiet card">Scores, frontier and the drawn U-Net are here once every layer is scored.</p>`}
      <details class="card"><summary>Request</summary><pre class="scroll" tabindex="0">${JSON.stringify(run.spec, null, 2)}</pre></details>`;
  }

  findings() {
    const planned = this.run.variants.filter((v) => v.plan);
    const shown = this.shown ?? planned[0]?.name;
    const removed = new Set(this.looked?.removedUnits ?? planned.find((v) => v.name === shown)?.plan.removedUnits ?? []);
    const scores = Object.fromEntries(this.scores.units.map((u) => [u.unit, meanOf(u, this.scores.criteria[0]).mean]));
    return html`
      <div class="pair">
        <section class="card"><h2>U-Net</h2>
          <p class="choices" role="group" aria-label="Plan that is drawn">
            ${planned.map((v) => html`<button class="ghost" aria-pressed=${!this.looked && v.name === shown}
              @click=${() => { this.shown = v.name; this.looked = undefined; }}>${v.name}</button>`)}
            ${this.looked ? html`<span>plan at ${percent(this.looked.ratio)}</span>` : nothing}</p>
          ${this.unet ? html`<ld-unet .units=${this.unet.units} .scores=${scores} .removed=${removed}></ld-unet>` : nothing}</section>
        ${this.frontier ? html`<section class="card"><h2>Frontier</h2>
          <ld-frontier .points=${this.frontier.points} .variants=${planned} @plan=${(e) => { this.looked = e.detail; }}></ld-frontier></section>` : nothing}
      </div>
      <section class="card"><h2>Scores</h2><ld-scores .scores=${this.scores} .removed=${removed}></ld-scores></section>
      ${this.additivity ? html`<section class="card"><h2>Additivity</h2><ld-additivity .audit=${this.additivity}></ld-additivity></section>` : nothing}`;
  }
}
customElements.define('ld-run', Run);
