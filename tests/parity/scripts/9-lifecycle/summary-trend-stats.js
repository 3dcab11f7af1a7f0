/* parity
title: --summary-trend-stats and --summary-time-unit
points: 9, 3
args: --summary-trend-stats min,p(50),p(99.99),count --summary-time-unit us
*/
import { Trend } from 'k6/metrics';
const trend = new Trend('my_trend', true);

export default function () {
  for (const value of [5, 6, 7, 8, 9, 10]) trend.add(value);
}

export function handleSummary(data) {
  console.log(JSON.stringify(Object.entries(data.metrics.my_trend.values).sort()), data.options.summaryTimeUnit, data.options.summaryTrendStats.join());
  return {};
}
