import { html, nothing } from 'lit';
import { chip, stage } from './bits.js';
import { ENDED, number, percent, points } from '../format.js';

/** What each stage has done so far, as the stepper at the top says it. */
function steps(run) {
  const count = (has) => run.variants.filter(has).length;
  const students = run.variants.length;
  const scored = run.scoring?.done ?? 0;
  const stages = [
    ['Score', run.scoring ? `${scored} of ${run.scoring.total} slices` : 'waiting', run.scoring ? scored / run.scoring.total : 0],
    ['Plan', count((v) => v.plan), null],
    ['Distil', count((v) => v.student || v.studentMetrics), null],
    ['Evaluate', count((v) => v.studentMetrics), null],
  ];
  return stages.slice(0, run.spec?.planOnly ? 2 : 4).map(([name, done, share]) => ({
    name,
    text: share == null ? `${done} of ${students} students` : done,
    share: share ?? (students ? done / students : 0),
  }));
}

function result(variant) {
  return Object.entries(variant.declines).map(([score, d]) => {
    const failed = variant.gatesFailed.includes(score);
    return html`<span class="result ${failed ? 'bad' : ''}">${score} <b>${points(d.percent)}</b>
      <span class="quiet">${points(d.low)} to ${points(d.high)}</span>${failed ? ' gate failed' : nothing}</span>`;
  });
}

function student(run, v) {
  return html`<li>
    <div class="name"><a href="#/runs/${encodeURIComponent(run.runId)}/${encodeURIComponent(v.name)}">${v.name}</a> ${chip(v.state)}</div>
    <div><span class="cap">Plan</span>${v.plan
      ? html`<b>−${percent(v.plan.achievedRatio)}</b> <span class="figures">${v.plan.handcrafted ? v.plan.handcrafted : `${v.plan.removedUnits.length} units`}</span>`
      : html`<span class="quiet">not yet</span>`}</div>
    ${run.spec?.planOnly ? nothing : html`
      <div><span class="cap">Distil</span>${stage(`distillation of ${v.name}`, v.distillation)}
        ${v.losses && !v.studentMetrics ? html`<span class="figures">loss ${number(v.losses.total)}</span>` : nothing}</div>
      <div><span class="cap">Evaluate</span>${v.studentMetrics ? result(v) : stage(`evaluation of ${v.name}`, v.evaluation)}
        ${v.evaluationPhase && !ENDED.includes(v.state) ? html`<span class="figures">${v.evaluationPhase}</span>` : nothing}</div>`}
  </li>`;
}

/** The stages of a run, and where each of its students is. */
export const pipeline = (run) => {
  const all = steps(run);
  const current = ENDED.includes(run.state) ? -1 : all.findIndex((s) => s.share < 1);
  return html`
    <ol class="steps">${all.map((s, i) => html`
      <li class=${s.share >= 1 ? 'done' : i === current ? 'current' : ''} aria-current=${i === current ? 'step' : nothing}>
        <span class="mark" style="--share:${s.share}"></span><strong>${s.name}</strong> <span class="figures">${s.text}</span></li>`)}
    </ol>
    ${run.scoring?.secondsLeft > 0 ? html`<p>${stage('scoring', run.scoring)}</p>` : nothing}
    <ul class="matrix">${run.variants.map((v) => student(run, v))}</ul>`;
};
