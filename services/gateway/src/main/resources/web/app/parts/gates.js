import { html, nothing } from 'lit';
import { number, points } from '../format.js';

/** Each gate that stayed shut: what is allowed, what came out, and how far that is. */
export function shutGates(run, name) {
  const variant = run.variants.find((v) => v.name === name);
  if (!variant?.gatesFailed.length) return nothing;
  const allowed = Object.fromEntries((run.spec?.evaluation?.gates ?? []).map((g) => [g.score, g.maximumDeclinePercent]));
  return html`<dt>Gates</dt><dd><ul class="plain">${variant.gatesFailed.map((score) => {
    const decline = variant.declines[score];
    const most = allowed[score];
    return html`<li class="bad">${score}: ${decline
      ? html`${points(decline.percent)} <span class="figures">[${points(decline.low)}, ${points(decline.high)}]</span>${most == null ? nothing : html`, at most −${most} % is allowed: ${number(decline.percent - most)} points too many`}`
      : 'its decline cannot be told'}</li>`;
  })}</ul></dd>`;
}

/** The same request in the form, with only this variant where there is a name. */
export const changing = (run, name) => `#/new?from=${encodeURIComponent(name ? `${run.runId}/${name}` : run.runId)}`;
