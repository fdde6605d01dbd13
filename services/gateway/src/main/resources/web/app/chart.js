import { html } from 'lit';
import * as echarts from 'echarts/core';
import { BarChart, CustomChart, LineChart, ScatterChart } from 'echarts/charts';
import { AriaComponent, GridComponent, LegendComponent, MarkLineComponent, TooltipComponent } from 'echarts/components';
import { SVGRenderer } from 'echarts/renderers';
import { Part } from './page.js';

echarts.use([AriaComponent, BarChart, CustomChart, GridComponent, LegendComponent, LineChart,
  MarkLineComponent, ScatterChart, SVGRenderer, TooltipComponent]);

const probe = document.createElement('span');
probe.hidden = true;

/** What a colour of the style sheet is now: a variable alone would say light-dark(…). */
export function colour(name) {
  if (!probe.isConnected) document.body.append(probe);
  probe.style.color = `var(--${name})`;
  return getComputedStyle(probe).color;
}

/** Tooltips are HTML to the chart library, and names come from files. */
export const escaped = (text) => echarts.format.encodeHTML(String(text));

/** A legend in this page's looks. */
export const legend = (more = {}) => ({
  type: 'scroll', top: 0, left: 0, icon: 'roundRect', itemWidth: 10, itemHeight: 10, itemGap: 16,
  textStyle: { color: colour('text') }, pageTextStyle: { color: colour('quiet') }, ...more,
});

export const SERIES = ['series-1', 'series-2', 'series-3', 'series-4', 'series-5', 'series-6', 'series-7', 'series-8'];

/** One axis in this page's looks. */
export const axis = (name, more = {}) => ({
  name,
  nameLocation: 'middle',
  nameGap: 32,
  nameTextStyle: { color: colour('quiet') },
  axisLabel: { color: colour('quiet'), hideOverlap: true },
  axisLine: { lineStyle: { color: colour('line') } },
  splitLine: { lineStyle: { color: colour('line') } },
  ...more,
});

/** A chart with a name; a table beside it, where it is used, says the same in words. */
class Chart extends Part {
  static properties = { option: { attribute: false }, label: {}, group: {}, height: { type: Number } };

  constructor() {
    super();
    this.height = 280;
    this.again = () => this.draw();
    this.size = new ResizeObserver(() => this.chart?.resize());
  }

  connectedCallback() {
    super.connectedCallback();
    window.addEventListener('theme', this.again);
    this.dark = matchMedia('(prefers-color-scheme: dark)');
    this.dark.addEventListener('change', this.again);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    window.removeEventListener('theme', this.again);
    this.dark.removeEventListener('change', this.again);
    this.size.disconnect();
    this.chart?.dispose();
    this.chart = undefined;
  }

  render() {
    return html`<div class="chart" role="img" aria-label=${this.label} style="height:${this.height}px"></div>`;
  }

  updated() {
    this.draw();
  }

  /** Tooltips in the page's colours, and never outside of the chart. */
  tooltipped(option) {
    const looks = { confine: true, backgroundColor: colour('card'), borderColor: colour('line'), textStyle: { color: colour('text'), fontSize: 13 } };
    return { ...option, tooltip: { ...looks, ...option.tooltip } };
  }

  draw() {
    const place = this.querySelector('.chart');
    if (!place || !this.option) return;
    if (!this.chart) {
      this.chart = echarts.init(place, null, { renderer: 'svg' });
      this.size.observe(place);
      // charts of one group show the same step under the pointer
      if (this.group) {
        this.chart.group = this.group;
        echarts.connect(this.group);
      }
      this.chart.on('updateAxisPointer', (event) =>
        this.dispatchEvent(new CustomEvent('point', { detail: event.axesInfo?.[0]?.value })));
    }
    const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
    this.chart.setOption({
      animation: !still,
      animationDuration: 200,
      color: SERIES.map(colour),
      textStyle: { fontFamily: getComputedStyle(place).fontFamily, color: colour('text') },
      grid: { left: 64, right: 16, top: 36, bottom: 48 },
      ...this.tooltipped(this.option()),
    }, { replaceMerge: ['series'] });
  }
}
customElements.define('ld-chart', Chart);
