/* parity
title: thousands of samples: figures of trends, thresholds on percentiles
points: 3
*/
import { Trend, Counter, Rate } from 'k6/metrics';

const trend = new Trend('many');
const timed = new Trend('many_times', true);
const counter = new Counter('many_counts');
const rate = new Rate('many_rates');

export const options = {
  summaryTrendStats: ['avg', 'min', 'med', 'max', 'p(10)', 'p(90)', 'p(95)', 'p(99)', 'p(99.9)', 'count'],
  thresholds: { many: ['p(95)<1910', 'p(95)>1890', 'count>0'].slice(0, 2), many_times: ['med<2000', 'avg>0'] },
};

export default function () {
  let seed = 7;
  for (let i = 1; i <= 2000; i++) {
    trend.add(i);
    seed = (seed * 1103515245 + 12345) % 2147483648;
    timed.add((seed % 100000) / 37);
    counter.add(i % 3);
    rate.add(i % 7 === 0);
  }
}
