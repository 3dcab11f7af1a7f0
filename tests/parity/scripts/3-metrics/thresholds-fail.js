/* parity
title: thresholds that are broken: exit 99, which ones, submetrics
points: 3, 9
exit: 99
says: my_counter
*/
import { Counter, Gauge, Rate, Trend } from 'k6/metrics';

const counter = new Counter('my_counter');
const gauge = new Gauge('my_gauge');
const rate = new Rate('my_rate');
const trend = new Trend('my_trend');
new Counter('never_counter');
new Trend('never_trend');
new Gauge('never_gauge');

export const options = {
  thresholds: {
    my_counter: ['count<3', 'count<100'],
    'my_counter{shop:north}': ['count>5'],
    'my_counter{shop:south}': ['count>1'],
    my_gauge: ['value<1'],
    my_rate: ['rate>0.5'],
    my_trend: ['avg<1', 'p(95)<1', 'max<1000'],
    never_counter: ['count>0'],
    never_trend: ['p(95)>1'],
    never_gauge: ['value>0'],
  },
};

export default function () {
  counter.add(2, { shop: 'north' });
  counter.add(2, { shop: 'south' });
  gauge.add(5);
  rate.add(false);
  rate.add(true);
  trend.add(5);
  console.log('ran');
}
