import { html, nothing } from 'lit';
import { Part } from '../page.js';
import { axis, colour, legend } from '../chart.js';
import { figures } from './bits.js';
import { number } from '../format.js';

/** Measured losses of random sets against the sums of their units' scores. */
class Additivity extends Part {
  static properties = { audit: { attribute: false } };

  get criterion() {
    const criteria = Object.keys(this.audit.points[0]?.predicted ?? {});
    return criteria.includes('output-loss') ? 'output-loss' : criteria[0];
  }

  render() {
    const { audit, criterion } = this;
    const found = audit.correlations.find((c) => c.criterion === criterion && c.size == null);
    return html`
      ${found ? html`<p>Rank correlation <b>${number(found.spearman)}</b>, linear <b>${number(found.pearson)}</b>
        <span class="quiet">(Spearman, Pearson; the line is where sum and measurement agree)</span></p>` : nothing}
      <ld-chart height="320" label="Measured joint loss against the sum of scores" .option=${() => this.option()}></ld-chart>
      ${figures('Sets as a table', ['Units', 'Sum', 'Measured', 'Standard error'],
        audit.points.map((p) => [p.units.join(', '), number(p.predicted[criterion]), number(p.measured), number(p.standardError)]))}`;
  }

  option() {
    const { audit, criterion } = this;
    const points = audit.points.filter((p) => p.predicted[criterion] > 0 && p.measured > 0);
    const sizes = [...new Set(points.map((p) => p.units.length))].sort((a, b) => a - b);
    const ends = [Math.min, Math.max].map((end) => end(...points.map((p) => p.predicted[criterion])));
    const log = (name, more) => axis(name, { type: 'log', axisLabel: { color: colour('quiet'), formatter: (v) => number(v, 1) }, ...more });
    return {
      legend: legend({ data: sizes.map((size) => `${size} units`) }),
      tooltip: { trigger: 'item', formatter: (p) => `sum ${number(p.value[0])}<br>measured ${number(p.value[1])}` },
      xAxis: log(`sum of scores (${criterion})`),
      yAxis: log('measured joint loss', { nameGap: 52 }),
      series: [
        ...sizes.map((size) => ({ type: 'scatter', name: `${size} units`, symbolSize: 9,
          data: points.filter((p) => p.units.length === size).map((p) => [p.predicted[criterion], p.measured]) })),
        { type: 'line', name: 'equal', silent: true, showSymbol: false, tooltip: { show: false },
          lineStyle: { color: colour('quiet'), type: 'dashed', width: 1 }, data: points.length ? ends.map((e) => [e, e]) : [] },
      ],
    };
  }
}
customElements.define('ld-additivity', Additivity);
