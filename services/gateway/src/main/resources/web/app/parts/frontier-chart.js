import { html } from 'lit';
import { Part } from '../page.js';
import { axis, colour } from '../chart.js';
import { figures } from './bits.js';
import { number, percent, unitName } from '../format.js';

/** Predicted loss against ratio. Hovering or dragging says which plan is looked at ("plan" event). */
class Frontier extends Part {
  static properties = { points: { attribute: false }, variants: { attribute: false }, chosen: { state: true } };

  constructor() {
    super();
    this.chosen = -1;
  }

  choose(index) {
    if (index === this.chosen) return;
    this.chosen = index;
    this.dispatchEvent(new CustomEvent('plan', { detail: this.points[index] }));
  }

  near(ratio) {
    let best = 0;
    this.points.forEach((p, i) => {
      if (Math.abs(p.ratio - ratio) < Math.abs(this.points[best].ratio - ratio)) best = i;
    });
    return best;
  }

  render() {
    const point = this.points[this.chosen];
    return html`
      <ld-chart height="300" label="Predicted loss of the best plan for every ratio" .option=${() => this.option()}
        @point=${(e) => e.detail != null && this.choose(this.near(e.detail / 100))}></ld-chart>
      <label class="slider">Ratio
        <input type="range" min="0" max=${this.points.length - 1} .value=${Math.max(this.chosen, 0)}
          aria-valuetext=${point ? `${percent(point.ratio)} removed` : 'no plan chosen'}
          @input=${(e) => this.choose(Number(e.target.value))}></label>
      <p aria-live="polite">${point
        ? html`Removing <strong>${percent(point.ratio)}</strong> of the parameters, ${point.removedUnits.length} units, predicted loss ${number(point.predictedLoss)}:
          <span class="units">${point.removedUnits.map((u) => html`<code title=${u}>${unitName(u)}</code> `)}</span>`
        : html`<span class="quiet">Hover over the curve or drag the slider: the drawing shows what that plan removes.</span>`}</p>
      ${figures('Frontier as a table', ['Removed', 'Predicted loss', 'Units'],
        this.points.map((p) => [percent(p.ratio), number(p.predictedLoss), p.removedUnits.map(unitName).join(', ')]))}`;
  }

  option() {
    const point = this.points[this.chosen];
    const planned = this.variants.filter((v) => v.plan?.predictedLoss != null);
    return {
      grid: { left: 64, right: 16, top: 24, bottom: 48 },
      tooltip: { trigger: 'axis', formatter: ([p]) => p && `${number(p.value[0])} % removed<br>predicted loss ${number(p.value[1])}` },
      xAxis: axis('removed parameters (%)', { type: 'value', min: 0, axisPointer: { snap: true } }),
      yAxis: axis('predicted loss', { type: 'value', nameGap: 52, axisLabel: { color: colour('quiet'), formatter: (v) => number(v, 2) } }),
      series: [
        { type: 'line', step: 'end', showSymbol: false, lineStyle: { width: 2 }, areaStyle: { opacity: 0.08 },
          data: this.points.map((p) => [100 * p.ratio, p.predictedLoss]),
          markLine: point && { symbol: 'none', label: { show: false }, lineStyle: { color: colour('text') }, data: [{ xAxis: 100 * point.ratio }] } },
        { type: 'scatter', symbolSize: 12, itemStyle: { color: colour('series-2') },
          label: { show: true, position: 'top', distance: 8, formatter: (p) => p.value[2], color: colour('text') }, labelLayout: { hideOverlap: true },
          data: planned.map((v) => [100 * v.plan.achievedRatio, v.plan.predictedLoss, v.name]) },
      ],
    };
  }
}
customElements.define('ld-frontier', Frontier);
