import { html, nothing } from 'lit';
import { Page } from '../page.js';
import { get } from '../api.js';
import { axis, colour, escaped, legend } from '../chart.js';
import { chip } from '../parts/bits.js';
import { large, number, percent, points } from '../format.js';

/** Runs that are listed at once, and at most. */
const STEP = 100;
const MOST = 1000;

const at = (variant) => `${variant.runId}/${variant.name}`;

class Compare extends Page {
  static properties = {
    ...Page.properties, chosen: { attribute: false }, variants: { state: true }, offered: { state: true }, refusal: { state: true },
  };

  /** Runs whose variants are offered. */
  limit = STEP;

  async load() {
    const page = await get(`/runs?limit=${this.limit}`);
    this.offered = page.runs.flatMap((run) =>
      Object.entries(run.variants).map(([name, state]) => ({ runId: run.runId, name, state })));
    this.older = Boolean(page.next) && this.limit < MOST;
    await this.compare();
  }

  /** A variant that is gone must not keep anyone from choosing others. */
  async compare() {
    const query = new URLSearchParams(this.chosen.map((id) => ['variant', id]));
    let variants = [];
    let refusal;
    try {
      if (this.chosen.length > 1) ({ variants } = await get(`/compare?${query}`));
    } catch (problem) {
      if (problem.status === 0 || problem.status === 503) throw problem;
      refusal = problem;
    }
    this.variants = variants;
    this.refusal = refusal;
  }

  /** Those that are chosen stay on the list, whatever has become of them. */
  choices() {
    const known = new Set(this.offered.map(at));
    return [...this.chosen.filter((id) => !known.has(id)).map((id) => ({ id })),
      ...this.offered.map((variant) => ({ id: at(variant), state: variant.state }))];
  }

  willUpdate(changed) {
    if (changed.has('chosen') && this.loaded) this.refresh();
  }

  toggle(id) {
    const chosen = this.chosen.includes(id) ? this.chosen.filter((c) => c !== id) : [...this.chosen, id];
    location.hash = `#/compare?${new URLSearchParams(chosen.map((c) => ['variant', c]))}`;
  }

  content() {
    return html`<div class="title"><h1>Compare</h1></div>
      <details class="card" ?open=${this.chosen.length < 2 || this.refusal}>
        <summary>Variants (${this.chosen.length} chosen)</summary>
        ${this.choices().length ? nothing : html`<p class="quiet">There are no variants yet.</p>`}
        <ul class="choices">${this.choices().map(({ id, state }) => html`
          <li><label><input type="checkbox" .checked=${this.chosen.includes(id)} @change=${() => this.toggle(id)}>
            ${id}</label> ${state ? chip(state) : nothing}</li>`)}</ul>
        ${this.older ? html`<button @click=${() => { this.limit = Math.min(MOST, this.limit + STEP); this.refresh(); }}>Of older runs</button>` : nothing}
      </details>
      ${this.refusal ? html`<p class="problem" role="alert">${this.refusal.message}</p>` : nothing}
      ${this.variants.length > 1 ? this.comparison() : this.refusal ? nothing : html`<p class="quiet">Choose two or more.</p>`}`;
  }

  comparison() {
    const scores = [...new Set(this.variants.flatMap((v) => Object.keys(v.metrics?.scores || {})))];
    return html`
      <section class="card"><h2>Figures</h2>
        <div class="scroll" tabindex="0" role="region" aria-label="Figures of the variants"><table>
          <thead><tr><th scope="col">Variant</th><th scope="col">Removed</th><th scope="col">Parameters</th><th scope="col">MACs</th>
            <th scope="col">Latency</th>${scores.map((s) => html`<th scope="col">${s}</th><th scope="col">decline</th>`)}<th scope="col">Gates</th></tr></thead>
          <tbody>${this.variants.map((v) => html`<tr>
            <th scope="row"><a href="#/runs/${encodeURIComponent(v.runId)}/${encodeURIComponent(v.name)}">${at(v)}</a></th>
            <td>${percent(v.ratio)}</td><td>${large(v.parameters)}</td><td>${large(v.metrics?.macs)}</td>
            <td>${v.metrics ? `${number(v.metrics.latencyMillis)} ms` : '–'}</td>
            ${scores.map((s) => html`<td>${number(v.metrics?.scores?.[s]?.mean, 4)}</td><td>${points(v.declines[s]?.percent)}${v.declines[s] ? html` <span class="figures">${points(v.declines[s].low)} to ${points(v.declines[s].high)}</span>` : nothing}</td>`)}
            <td>${v.gatesFailed.length ? html`<span class="bad">failed: ${v.gatesFailed.join(', ')}</span>` : v.metrics ? 'none failed' : '–'}</td>
          </tr>`)}
          ${this.teachers().map((t) => html`<tr class="quiet"><th scope="row">${t.name}</th><td>–</td><td>${large(t.metrics.parameters)}</td>
            <td>${large(t.metrics.macs)}</td><td>${number(t.metrics.latencyMillis)} ms</td>
            ${scores.map((s) => html`<td>${number(t.metrics.scores[s]?.mean, 4)}</td><td>–</td>`)}<td>–</td></tr>`)}</tbody></table></div>
      </section>
      ${scores.slice(0, 1).map((score) => html`
        <div class="pair">
          <section class="card"><h2>${score} against size</h2>
            <ld-chart label="${score} against parameters" .option=${() => this.scatter(score, 'parameters (millions)', (m) => m.parameters / 1e6)}></ld-chart></section>
          <section class="card"><h2>${score} against latency</h2>
            <ld-chart label="${score} against latency" .option=${() => this.scatter(score, 'latency of a call (ms)', (m) => m.latencyMillis)}></ld-chart></section>
        </div>`)}`;
  }

  /** Each teacher as it was measured beside its students: where the way begins. */
  teachers() {
    const measured = this.variants.filter((v) => v.teacherMetrics);
    return [...new Map(measured.map((v) => [v.runId, v])).values()]
      .map((v) => ({ name: `${v.runId}: teacher`, metrics: v.teacherMetrics }));
  }

  scatter(score, name, x) {
    const measured = this.variants.filter((v) => v.metrics?.scores?.[score]);
    return {
      tooltip: { trigger: 'item', formatter: (p) => `${escaped(p.seriesName)}<br>${number(p.value[0])}, ${number(p.value[1], 4)}` },
      legend: legend(),
      xAxis: axis(name, { type: 'value', scale: true }),
      yAxis: axis(score, { type: 'value', scale: true, nameGap: 44 }),
      series: [
        ...measured.map((v) => ({ type: 'scatter', name: at(v), symbolSize: 14, data: [[x(v.metrics), v.metrics.scores[score].mean]] })),
        ...this.teachers().filter((t) => t.metrics.scores[score]).map((t) => ({ type: 'scatter', name: t.name, symbol: 'diamond', symbolSize: 14,
          itemStyle: { color: colour('quiet') }, data: [[x(t.metrics), t.metrics.scores[score].mean]] })),
      ],
    };
  }
}
customElements.define('ld-compare', Compare);
