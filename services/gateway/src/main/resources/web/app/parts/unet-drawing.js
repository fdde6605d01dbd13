import { html, nothing, svg } from 'lit';
import { Part } from '../page.js';
import { large, number, percent, unitName } from '../format.js';

const CELL = 26;
const STEP = 32;
const ROW = 58;
const LABELS = 36;

/** The U-Net as a U: a cell per unit, coloured by score, struck out where a plan removes it. */
class UNet extends Part {
  static properties = { units: { attribute: false }, scores: { attribute: false }, removed: { attribute: false } };

  render() {
    const { cells, rows, width, height } = this.layout();
    const gone = this.units.filter((u) => this.removed?.has(u.unit));
    const freed = gone.reduce((sum, u) => sum + u.parameters, 0);
    const all = this.units.reduce((sum, u) => sum + u.parameters, 0);
    return html`
      <div class="scroll" tabindex="0" role="region" aria-label="Drawing of the U-Net">
        <svg class="unet" viewBox="0 0 ${width} ${height}" role="img"
          aria-label="U-Net of ${this.units.length} units, ${gone.length} of them removed">
          ${rows.map((row) => svg`
            <text class="level" x="0" y=${row.y + CELL / 2 + 4}>${row.label}</text>
            ${row.skip ? svg`<line x1=${row.skip[0]} y1=${row.y + CELL / 2} x2=${row.skip[1]} y2=${row.y + CELL / 2} class="skip-line"></line>` : nothing}`)}
          ${cells.map((cell) => this.cell(cell))}
        </svg>
      </div>
      <p class="legend quiet"><span><i class="square"></i> resnet</span><span><i class="round"></i> transformer</span>
        <span><i class="scale"></i> low to high score</span><span><i class="struck">✕</i> removed</span></p>
      <p class="figures">${gone.length
        ? html`${gone.length} of ${this.units.length} units go, ${large(freed)} parameters, ${percent(freed / all)} of all removable ones.`
        : 'Nothing is removed.'}</p>`;
  }

  /** Resolutions as rows: down on the left, up on the right, each deeper one further in, the middle at the bottom. */
  layout() {
    const levels = [...new Set(this.units.map((u) => u.resolution))].sort((a, b) => a - b);
    const of = (place, level) => this.units.filter((u) => u.place === place && (place === 'mid' || u.resolution === level));
    const wide = (i) => (of('down', levels[i]).length + of('up', levels[i]).length + 2 * i + 2) * STEP;
    const width = LABELS + Math.max(...levels.map((_, i) => wide(i)), (2 * levels.length + of('mid').length) * STEP);
    const cells = [];
    const rows = levels.map((level, i) => {
      const y = 2 + i * ROW;
      const down = of('down', level);
      const up = of('up', level);
      const left = LABELS + i * STEP;
      const right = width - (i + up.length) * STEP;
      down.forEach((unit, k) => cells.push({ unit, x: left + k * STEP, y }));
      up.forEach((unit, k) => cells.push({ unit, x: right + k * STEP, y }));
      return { y, label: level === 1 ? 'full' : `1/${level}`, skip: [left + down.length * STEP, right - (STEP - CELL)] };
    });
    const mid = of('mid');
    const y = 2 + levels.length * ROW;
    const start = (LABELS + width - mid.length * STEP) / 2;
    mid.forEach((unit, k) => cells.push({ unit, x: start + k * STEP, y }));
    rows.push({ y, label: 'mid' });
    return { cells, rows, width, height: y + ROW - 14 };
  }

  /** From 0 for the least score to 1 for the most, by logarithm. */
  heat(unit) {
    if (!this.range) {
      const all = Object.values(this.scores).filter((s) => s > 0).map(Math.log);
      this.range = [Math.min(...all), Math.max(...all)];
    }
    const score = this.scores[unit.unit];
    const [low, high] = this.range;
    return score > 0 && high > low ? (Math.log(score) - low) / (high - low) : 0;
  }

  willUpdate(changed) {
    if (changed.has('scores')) this.range = undefined;
  }

  cell({ unit, x, y }) {
    const gone = this.removed?.has(unit.unit);
    const fill = `color-mix(in oklab, var(--heat-high) ${Math.round(100 * this.heat(unit))}%, var(--heat-low))`;
    return svg`<g transform="translate(${x} ${y})" class=${gone ? 'gone' : ''}>
      <title>${unit.unit}: ${number(this.scores[unit.unit])}, ${large(unit.parameters)} parameters${gone ? ', removed' : ''}</title>
      <rect width=${CELL} height=${CELL} rx=${unit.kind === 'transformer' ? CELL / 2 : 4} style="fill:${fill}"></rect>
      ${gone ? svg`<path d="M6 6 L${CELL - 6} ${CELL - 6} M${CELL - 6} 6 L6 ${CELL - 6}"></path>` : nothing}
      <text x=${CELL / 2} y=${CELL + 12}>${unitName(unit.unit).split(' ').pop().split('·')[0]}</text>
    </g>`;
  }
}
customElements.define('ld-unet', UNet);
