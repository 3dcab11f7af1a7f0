/* parity
title: percentiles of up to 256 values to the last bit, under the names that summaryTrendStats has for them
points: 3, 9
*/
import { Trend } from 'k6/metrics';

const sizes = [1, 2, 3, 4, 10, 33, 100, 256];
const trends = sizes.map((size) => new Trend(`of_${size}`));
const percentiles = ['p(90.0)', 'p(1e1)', 'p(050)', 'p(0)', 'p(100)', 'p(99.999)', 'p(33.333)'];
for (let i = 1; i < 40; i++) percentiles.push(`p(${(i * 2.45).toFixed(i % 4)})`);

export const options = { summaryTrendStats: ['avg', 'med', 'count', ...percentiles] };

export default function () {
  let seed = 4711;
  const random = () => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return seed / 2147483648;
  };
  trends.forEach((trend, index) => {
    for (let i = 0; i < sizes[index]; i++) trend.add((random() - 0.3) * 10 ** Math.floor(random() * 6));
  });
}

export function handleSummary(data) {
  for (const size of sizes) {
    console.log(size, JSON.stringify(Object.entries(data.metrics[`of_${size}`].values).sort()));
  }
  console.log(JSON.stringify(data.options.summaryTrendStats));
  return {};
}
