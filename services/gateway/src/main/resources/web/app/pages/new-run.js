import { html, nothing } from 'lit';
import { Part } from '../page.js';
import { get, newKey, post } from '../api.js';
import { FIELDS, fieldOf, merge, specOf, textOf } from './run-form.js';
import { bytes, large, seconds } from '../format.js';

const PAUSE = 400;

/** A form for what most runs need, JSON for the rest, and what would become of it while typing. */
class NewRun extends Part {
  static properties = {
    values: { state: true }, rest: { state: true }, answer: { state: true },
    from: {}, refused: { state: true }, models: { state: true }, presets: { state: true }, busy: { state: true },
  };

  constructor() {
    super();
    this.values = {};
    this.rest = '';
    this.models = [];
    this.presets = [];
    this.key = newKey();
  }

  connectedCallback() {
    super.connectedCallback();
    Promise.all([get('/models'), get('/presets')])
      .then(([m, p]) => { this.models = m.models; this.presets = p.presets; })
      .catch((problem) => { this.refused = problem; });
    this.look();
  }

  willUpdate(changed) {
    if (changed.has('from') && this.from) this.again(this.from);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearTimeout(this.timer);
  }

  spec() {
    const spec = specOf(this.values);
    const { rest } = this.restOf();
    return rest ? merge(spec, rest) : spec;
  }

  restOf() {
    try {
      return { rest: this.rest.trim() ? JSON.parse(this.rest) : undefined };
    } catch (e) {
      return { problem: `Not JSON: ${e.message}` };
    }
  }

  set(name, value) {
    this.values = { ...this.values, [name]: value };
    this.look();
  }

  /** Asks what would become of it, once nobody typed for a moment; only the newest answer counts. */
  look() {
    clearTimeout(this.timer);
    this.timer = setTimeout(async () => {
      const asked = (this.asked = (this.asked ?? 0) + 1);
      try {
        const answer = await post('/runs?dryRun=true', this.spec());
        if (asked !== this.asked || !this.isConnected) return;
        this.answer = answer;
        this.refused = undefined;
        // times follow once they are measured
        if (answer.valid && answer.estimate && answer.estimate.seconds == null) {
          this.timer = setTimeout(() => this.look(), 5000);
        }
      } catch (problem) {
        if (asked !== this.asked) return;
        this.answer = undefined; // it was of another request
        this.refused = problem;
      }
    }, PAUSE);
  }

  start(preset) {
    const { values, rest } = textOf(preset.spec);
    this.values = { ...this.values, ...values };
    this.rest = Object.keys(rest).length ? JSON.stringify(rest, null, 2) : '';
    this.look();
  }

  /** The request of a run, or of its variant alone (RUN/VARIANT), to be changed. */
  async again(from) {
    const [runId, name] = from.split('/');
    try {
      const { spec } = await get(`/runs/${encodeURIComponent(runId)}`);
      const { values, rest } = textOf({ ...spec, variants: [] });
      // the variant as it is: the form knows no more of one than its ratio
      rest.variants = spec.variants.filter((v) => !name || v.name === name);
      this.values = values;
      this.rest = JSON.stringify(rest, null, 2);
      this.look();
    } catch (problem) {
      this.refused = problem;
    }
  }

  async submit(event) {
    event.preventDefault();
    const spec = this.spec();
    if (this.restOf().problem) return;
    this.busy = true;
    try {
      const run = await post('/runs', spec, { 'Idempotency-Key': this.key });
      location.hash = `#/runs/${encodeURIComponent(run.runId)}`;
    } catch (problem) {
      this.refused = problem;
      // the same key with another request would be a conflict
      if (problem.status >= 400 && problem.status < 500) this.key = newKey();
    } finally {
      this.busy = false;
    }
  }

  problems() {
    return [...(this.answer?.problems ?? []), ...(this.refused?.errors ?? [])];
  }

  render() {
    const problems = this.problems();
    this.request = this.spec();
    const touched = (field) => this.values[field.name] !== undefined || this.refused?.errors?.length;
    const byField = {};
    const others = [];
    const missing = {};
    for (const problem of problems) {
      const field = fieldOf(problem.pointer);
      if (!field) others.push(problem);
      else if (touched(field)) byField[field.name] ??= problem;
      else missing[field.name] ??= { field, problem };
    }
    return html`
      <div class="title"><h1>New run</h1></div>
      ${this.presets.length ? html`<p class="presets" role="group" aria-label="Presets: begin with one of these">${this.presets.map((p) => html`
        <button type="button" class="ghost preset" @click=${() => this.start(p)}><b>${p.name}</b><span class="hint">${p.description}</span></button>`)}</p>` : nothing}
      <div class="form-and-answer">
        <form @submit=${this.submit} novalidate>
          ${['Teacher and data', 'Students', 'Scoring', 'Distillation', 'Evaluation'].map((group) => html`
            <fieldset class="card"><legend>${group}</legend>
              ${FIELDS.filter((f) => f.group === group).map((f) => this.field(f, byField[f.name]))}</fieldset>`)}
          <details class="card" ?open=${this.rest !== ''}><summary>Everything else, as JSON</summary>
            <label for="rest">Fields of the request that the form does not have; they go over it</label>
            <textarea id="rest" rows="8" spellcheck="false" .value=${this.rest} aria-describedby="rest-problem"
              @input=${(e) => { this.rest = e.target.value; this.look(); }}></textarea>
            <p id="rest-problem" class="bad">${this.restOf().problem ?? ''}</p></details>
          <button class="primary" ?disabled=${this.busy}>${this.busy ? 'Asking …' : 'Start the run'}</button>
        </form>
        <aside class="card" aria-live="polite" aria-label="What would become of it">
          <h2>What would become of it</h2>
          ${this.refused ? html`<p class="problem" role="alert">${this.refused.message}</p>` : nothing}
          ${others.map((p) => html`<p class="bad">${p.detail}</p>`)}
          ${this.outlook()}
          ${Object.keys(missing).length ? html`<ul class="missing">${Object.values(missing).map(({ field, problem }) => html`
            <li><button type="button" class="link" @click=${() => this.querySelector(`#field-${field.name}`).focus()}>${field.label}</button> ${problem.detail}</li>`)}</ul>` : nothing}
          <details class="figures-table"><summary>The request, as it will be sent</summary>
            <pre class="scroll" tabindex="0">${JSON.stringify(this.request, null, 2)}</pre></details>
        </aside>
      </div>`;
  }

  field(f, problem) {
    const value = this.values[f.name] ?? '';
    const id = `field-${f.name}`;
    const described = `${id}-hint ${id}-problem`;
    const on = (e) => this.set(f.name, f.type === 'checkbox' ? e.target.checked : e.target.value);
    let input;
    if (f.type === 'checkbox') {
      input = html`<input id=${id} type="checkbox" .checked=${value === true} @change=${on} aria-describedby=${described}>`;
    } else if (f.options) {
      input = html`<select id=${id} .value=${value} @change=${on} aria-describedby=${described}>
        ${f.options.map((o) => html`<option value=${o} ?selected=${o === value}>${o || 'default'}</option>`)}</select>`;
    } else {
      input = html`<input id=${id} type="text" inputmode=${f.type === 'number' ? 'decimal' : 'text'} .value=${String(value)}
        placeholder=${f.placeholder ?? ''} list=${f.name === 'teacher' ? 'models' : nothing} @input=${on}
        aria-invalid=${problem ? 'true' : 'false'} aria-describedby=${described}>`;
    }
    return html`<div class="field ${problem ? 'wrong' : ''}">
      <label for=${id}>${f.label}</label>${input}
      ${f.name === 'teacher' ? html`<datalist id="models">${this.models.map((m) => html`<option value=${m.location}>${m.name}, ${bytes(m.bytes)}</option>`)}</datalist>` : nothing}
      <p class="hint" id="${id}-hint">${f.hint ?? ''}</p>
      <p class="bad" id="${id}-problem">${problem?.detail ?? ''}</p></div>`;
  }

  /** What the estimate is held against, as far as the gateway knows it. */
  machine(estimate) {
    const { machineMemoryBytes: memory, machineDiskBytes: disk } = estimate;
    const known = [memory == null ? '' : `${bytes(memory)} of memory`, disk == null ? '' : `${bytes(disk)} of free disk`].filter(Boolean).join(' and ');
    if (!known) return 'Each worker looks for itself whether it has the memory.';
    if (disk == null) return `A worker has ${known}.`;
    return `This machine has ${known}.${estimate.seconds == null ? ' Times follow once its speed is measured, while no run is at work.' : ''}`;
  }

  outlook() {
    const { answer } = this;
    if (!answer) return html`<p class="quiet">Tell where the teacher and the data are.</p>`;
    const { preview, estimate } = answer;
    return html`
      <p class=${answer.valid ? 'good' : 'quiet'}>${answer.valid ? 'It would be taken in.' : `${answer.problems.length} thing${answer.problems.length === 1 ? ' is' : 's are'} missing or wrong.`}</p>
      ${preview ? html`<p>A teacher of ${large(preview.teacher.parameters)} parameters and ${preview.teacher.units} removable units.</p>
        <ul>${preview.variants.map((v) => html`<li>${v.name}${v.parameterBudget != null ? html`: at most ${large(v.parameterBudget)} parameters` : v.studentParameters != null ? html`: ${large(v.studentParameters)} parameters` : nothing}</li>`)}</ul>` : nothing}
      ${estimate ? html`<div class="scroll" tabindex="0" role="region" aria-label="Estimate"><table>
        <thead><tr><th scope="col">Stage</th><th scope="col">Memory</th><th scope="col">Time</th><th scope="col">Disk</th></tr></thead>
        <tbody>${[...estimate.stages, { ...estimate, stage: 'the run' }].map((s) => html`<tr><th scope="row">${s.stage}</th>
          <td>${bytes(s.memoryBytes)}</td><td>${s.seconds == null ? '…' : seconds(s.seconds)}</td><td>${bytes(s.diskBytes)}</td></tr>`)}</tbody>
      </table></div>
      <p class="quiet">${this.machine(estimate)}</p>` : nothing}`;
  }
}
customElements.define('ld-new-run', NewRun);
