import { html, nothing } from 'lit';
import { Page } from '../page.js';
import { get, getIfThere, post, remove } from '../api.js';
import { axis, colour } from '../chart.js';
import { chip, failure, figures, stage } from '../parts/bits.js';
import { ENDED, ago, number, percent, place, points } from '../format.js';
import '../parts/scores-chart.js';
import '../parts/unet-drawing.js';
import '../parts/frontier-chart.js';

class Run extends Page {
  static properties = {
    ...Page.properties, runId: {}, run: { state: true }, scores: { state: true }, unet: { state: true },
    frontier: { state: true }, additivity: { state: true }, shown: { state: true }, looked: { state: true }, report: { state: true },
  };

  get path() {
    return `/runs/${encodeURIComponent(this.runId)}`;
  }

  concerns(summary) {
    return summary.runId === this.runId;
  }

  async load() {
    this.run = await get(this.path);
    const planned = this.run.variants.some((v) => v.plan);
    if (!this.scores && (planned || ENDED.includes(this.run.state))) {
      [this.scores, this.unet, this.frontier, this.additivity] = await Promise.all(
        ['scores', 'unet', 'frontier', 'additivity'].map((part) => getIfThere(`${this.path}/${part}`)));
    }
    this.report = this.run.variants.some((v) => v.artifacts?.report);
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
    return this.act(() => post(`${this.path}/variants/${encodeURIComponent(variant)}/retry`));
  }

  async delete() {
    if (!confirm(`Delete ${this.runId} with all its artifacts?`)) return;
    await this.act(async () => {
      await remove(this.path);
      location.hash = '#/';
      return {};
    });
  }

  content() {
    const { run } = this;
    const ended = ENDED.includes(run.state);
    return html`
      <div class="title"><h1>${run.runId}</h1> ${chip(run.state)}
        <span class="quiet">${place(run.spec?.teacher)} · asked for ${ago(run.requestedAt)}</span>
        <span class="actions">
          ${this.report ? html`<a class="button" href="/api/v1${this.path}/report" target="_blank" rel="noopener">Report</a>` : nothing}
          ${ended
            ? html`<button @click=${this.delete}>Delete</button>`
            : html`<button ?disabled=${run.cancelRequested} @click=${() => this.act(() => post(`${this.path}/cancel`))}>${run.cancelRequested ? 'Stopping …' : 'Cancel'}</button>`}
        </span></div>
      ${run.failures.length ? html`<section class="card bad-card"><h2>Failures</h2>
        <ul class="plain">${run.failures.map((item) => failure(item, run.cancelRequested ? null : (v) => this.retry(v)))}</ul></section>` : nothing}
      <section class="card"><h2>Pipeline</h2>${this.pipeline()}</section>
      ${this.scores ? this.findings() : html`<p class="quiet">Scores, frontier and the drawn U-Net are here once every layer is scored.</p>`}
      <details class="card"><summary>Request</summary><pre class="scroll" tabindex="0">${JSON.stringify(run.spec, null, 2)}</pre></details>`;
  }

  pipeline() {
    const { run } = this;
    return html`<ol class="pipeline">
      <li><h3>Score layers</h3>${stage('scoring', run.scoring)}</li>
      ${run.variants.map((v) => html`<li>
        <h3><a href="#/runs/${encodeURIComponent(run.runId)}/${encodeURIComponent(v.name)}">${v.name}</a> ${chip(v.state)}</h3>
        <p>${v.plan ? html`−${percent(v.plan.achievedRatio)} parameters, ${v.plan.removedUnits.length} units${v.plan.handcrafted ? ', handcrafted' : ''}` : html`<span class="quiet">not planned</span>`}</p>
        ${run.spec?.planOnly ? nothing : html`
          <p>Distil ${stage(`distillation of ${v.name}`, v.distillation)}${v.losses ? html` <span class="figures">loss ${number(v.losses.total)}</span>` : nothing}</p>
          <p>Evaluate ${stage(`evaluation of ${v.name}`, v.evaluation)}${v.evaluationPhase ? html` <span class="figures">${v.evaluationPhase}</span>` : nothing}</p>`}
        ${Object.entries(v.declines).map(([score, d]) => html`<p class=${v.gatesFailed.includes(score) ? 'bad' : ''}>
          ${score} ${points(d.percent)} <span class="quiet">[${points(d.low)} to ${points(d.high)}]</span>${v.gatesFailed.includes(score) ? ' gate failed' : ''}</p>`)}
      </li>`)}</ol>`;
  }

  findings() {
    const planned = this.run.variants.filter((v) => v.plan);
    const shown = this.shown ?? planned[0]?.name;
    const removed = new Set(this.looked?.removedUnits ?? planned.find((v) => v.name === shown)?.plan.removedUnits ?? []);
    const scores = Object.fromEntries(this.scores.units.map((u) => [u.unit, u.score.mean]));
    return html`
      <section class="card"><h2>Scores</h2><ld-scores .scores=${this.scores}></ld-scores></section>
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
      ${this.additivity ? html`<section class="card"><h2>Additivity</h2>${this.scatter()}</section>` : nothing}`;
  }

  scatter() {
    const criteria = Object.keys(this.additivity.points[0]?.predicted ?? {});
    const criterion = criteria.includes('output-loss') ? 'output-loss' : criteria[0];
    const sizes = [...new Set(this.additivity.points.map((p) => p.units.length))].sort((a, b) => a - b);
    const found = this.additivity.correlations.find((c) => c.criterion === criterion && c.size == null);
    return html`
      <ld-chart label="Measured joint loss against the sum of scores" .option=${() => ({
        legend: { top: 0, textStyle: { color: colour('text') } },
        tooltip: { trigger: 'item', formatter: (p) => `sum ${number(p.value[0])}<br>measured ${number(p.value[1])}` },
        xAxis: axis(`sum of scores (${criterion})`, { type: 'log', axisLabel: { color: colour('quiet'), formatter: (v) => number(v, 1) } }),
        yAxis: axis('measured joint loss', { type: 'log', nameGap: 52, axisLabel: { color: colour('quiet'), formatter: (v) => number(v, 1) } }),
        series: sizes.map((size) => ({ type: 'scatter', name: `${size} units`,
          data: this.additivity.points.filter((p) => p.units.length === size && p.predicted[criterion] > 0 && p.measured > 0)
            .map((p) => [p.predicted[criterion], p.measured]) })),
      })}></ld-chart>
      ${found ? html`<p>Rank correlation (Spearman) ${number(found.spearman)}, linear ${number(found.pearson)}.</p>` : nothing}
      ${figures('Sets as a table', ['Units', 'Sum', 'Measured'], this.additivity.points.map((p) => [p.units.join(', '), number(p.predicted[criterion]), number(p.measured)]))}`;
  }
}
customElements.define('ld-run', Run);
