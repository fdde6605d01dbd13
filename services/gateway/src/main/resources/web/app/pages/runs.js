import { html, nothing } from 'lit';
import { Page } from '../page.js';
import { get } from '../api.js';
import { live } from '../live.js';
import { bar, chip } from '../parts/bits.js';
import { ENDED, ago, percent, place, points, seconds } from '../format.js';

const STATES = ['', 'active', 'finished', 'failed', 'cancelled'];
/** From the request to the newest event. */
const took = (run) => {
  const passed = (Date.parse(run.occurredAt) - Date.parse(run.requestedAt)) / 1000;
  return passed >= 0 ? `took ${seconds(passed)}` : '';
};
const ACTIVE = ['requested', 'scoring', 'planning', 'distilling', 'evaluating'];

class Runs extends Page {
  static properties = { ...Page.properties, runs: { state: true }, filter: { state: true }, teacher: { state: true } };

  constructor() {
    super();
    this.runs = [];
    this.filter = '';
    this.teacher = '';
    // a change of a run that is shown needs no question
    this.onLine = (event) => this.put(event.detail);
  }

  connectedCallback() {
    super.connectedCallback();
    live.addEventListener('status', this.onLine);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    live.removeEventListener('status', this.onLine);
  }

  /** One that is not shown, and would be. */
  concerns(summary) {
    return !this.runs.some((run) => run.runId === summary.runId) && this.wants(summary)
      && !(this.next && summary.requestedAt < this.runs.at(-1)?.requestedAt);
  }

  wants(run) {
    const states = this.states();
    return run.state !== 'DELETED'
      && (states.length === 0 || states.includes(run.state.toLowerCase()))
      && (run.teacher ?? '').toLowerCase().includes(this.teacher.toLowerCase());
  }

  put(summary) {
    this.runs = this.runs.map((run) => (run.runId === summary.runId ? summary : run)).filter((run) => this.wants(run));
  }

  states() {
    return this.filter === 'active' ? ACTIVE : this.filter ? [this.filter] : [];
  }

  query(cursor) {
    const query = new URLSearchParams({ limit: 50 });
    this.states().forEach((state) => query.append('state', state));
    if (this.teacher) query.set('teacher', this.teacher);
    if (cursor) query.set('cursor', cursor);
    return `/runs?${query}`;
  }

  /** The newest; older ones that somebody asked for stay. */
  async load() {
    const query = this.query();
    const page = await get(query);
    if (query !== this.query()) return; // somebody chose anew meanwhile, and that is asked for, too
    const last = page.runs.at(-1)?.requestedAt;
    const newest = new Set(page.runs.map((run) => run.runId));
    const shown = new Map(this.runs.map((run) => [run.runId, run]));
    // the stream may be ahead of the answer
    const later = (run) => (Date.parse(shown.get(run.runId)?.occurredAt) > Date.parse(run.occurredAt) ? shown.get(run.runId) : run);
    const older = this.of === query && this.paged && page.next
      ? this.runs.filter((run) => !newest.has(run.runId) && run.requestedAt <= last)
      : [];
    this.runs = [...page.runs.map(later), ...older];
    if (!older.length) this.next = page.next;
    this.paged = older.length > 0;
    this.of = query;
  }

  async more() {
    const first = this.query();
    try {
      const page = await get(this.query(this.next));
      if (first !== this.query()) return;
      const known = new Set(this.runs.map((run) => run.runId));
      this.runs = [...this.runs, ...page.runs.filter((run) => !known.has(run.runId))];
      this.next = page.next;
      this.paged = true;
    } catch (problem) {
      this.problem = problem;
    }
    this.requestUpdate();
  }

  choose(field, value) {
    this[field] = value;
    this.refresh();
  }

  content() {
    return html`
      <div class="title"><h1>Runs</h1>
        <label>State
          <select @change=${(e) => this.choose('filter', e.target.value)}>
            ${STATES.map((s) => html`<option value=${s} ?selected=${s === this.filter}>${s || 'any'}</option>`)}
          </select></label>
        <label>Teacher <input type="search" .value=${this.teacher} @change=${(e) => this.choose('teacher', e.target.value.trim())}></label>
      </div>
      ${this.runs.length === 0 ? this.empty() : html`<ul class="runs">${this.runs.map((run) => this.row(run))}</ul>`}
      ${this.next ? html`<button @click=${this.more}>Older runs</button>` : nothing}`;
  }

  empty() {
    if (this.filter || this.teacher) return html`<p class="quiet">No run is like that.</p>`;
    return html`
      <section class="card welcome">
        <h2>Make a Stable Diffusion model smaller</h2>
        <p>A run scores every layer of a teacher's U-Net by what removing it does to the output, chooses which layers go,
          trains the smaller student from the teacher, and measures both on the same prompts and seeds.</p>
        <p><a class="button primary" href="#/new">Ask for the first run</a></p>
        <p class="quiet">Or from a terminal: <code>laptop-diff compress --model sd15 --ratio 0.5 …</code></p>
      </section>`;
  }

  row(run) {
    const ended = ENDED.includes(run.state);
    return html`
      <li class="card run">
        <div class="who"><a href="#/runs/${encodeURIComponent(run.runId)}">${run.runId}</a> ${chip(run.state)}
          <span class="figures"><span title=${run.teacher || ''}>${place(run.teacher)}</span> · ${ago(run.requestedAt)}${run.planOnly ? ' · plans only' : ''}</span></div>
        <div class="how">${ended
          ? html`<span class="figures">${took(run)}</span>`
          : html`${bar(run.progress, `progress of ${run.runId}`)}
            <span class="figures">${percent(run.progress, 0)}${run.secondsLeft ? ` · ${seconds(run.secondsLeft)} left in this stage` : ''}</span>`}
          ${run.failures ? html`<span class="bad">${run.failures} failure${run.failures > 1 ? 's' : ''}</span>` : nothing}</div>
        <ul class="students">${Object.entries(run.variants).map(([name, state]) => html`
          <li><a href="#/runs/${encodeURIComponent(run.runId)}/${encodeURIComponent(name)}">${name}</a>
            ${run.ratios[name] == null ? html`<span class="quiet">${state.toLowerCase()}</span>` : html`<span><b>−${percent(run.ratios[name])}</b> <span class="figures">size</span></span>`}
            ${Object.entries(run.result[name] || {}).map(([score, decline]) => html`<span><b>${points(decline)}</b> <span class="figures">${score}</span></span>`)}
          </li>`)}</ul>
      </li>`;
  }
}
customElements.define('ld-runs', Runs);
