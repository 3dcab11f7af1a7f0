/* parity
title: thresholds that hold, on all kinds of metrics and on submetrics
points: 3, 9
*/
import http from 'k6/http';
import { check } from 'k6';
import { Counter, Gauge, Rate, Trend } from 'k6/metrics';

const counter = new Counter('my_counter');
const gauge = new Gauge('my_gauge');
const rate = new Rate('my_rate');
const trend = new Trend('my_trend', true);
new Trend('never_trend');
new Rate('never_rate');
new Counter('never_counter');

export const options = {
  thresholds: {
    my_counter: ['count>=6', 'count<7', 'count == 6', 'rate>0'],
    'my_counter{shop:north}': ['count==2'],
    'my_counter{shop:south}': ['count>3'],
    'my_counter{shop:north,page:1}': ['count===2'],
    'my_counter{shop:nowhere}': ['count==0'],
    my_gauge: ['value==3', 'value!=4', 'value>=3', 'value<=3'],
    my_rate: ['rate>0.6', 'rate<0.7'],
    'my_rate{kind:good}': ['rate==1'],
    my_trend: ['avg<=25', 'min>=10', 'max<=40', 'med==25', 'p(90)<40', 'p(99.9)<=40', 'p(50)==25'],
    'my_trend{half:first}': ['max==20'],
    http_reqs: [{ threshold: 'count==1' }],
    'http_req_duration{expected_response:true}': ['p(95)<5000'],
    'http_req_failed': ['rate==0'],
    checks: ['rate>0.5'],
    'checks{check:good}': ['rate==1'],
    'checks{check:bad}': ['rate==0'],
    iterations: ['count==1'],
    never_trend: ['p(95)<1'],
    never_rate: ['rate>0.9'],
    never_counter: ['count<1'],
    'http_req_duration{name:never}': [],
  },
};

export default function () {
  counter.add(2, { shop: 'north', page: '1' });
  counter.add(4, { shop: 'south' });
  gauge.add(7);
  gauge.add(3);
  rate.add(true, { kind: 'good' });
  rate.add(true, { kind: 'good' });
  rate.add(false, { kind: 'bad' });
  for (const value of [10, 20]) trend.add(value, { half: 'first' });
  for (const value of [30, 40]) trend.add(value, { half: 'second' });
  http.get(`${__ENV.BASE_URL}/status/200`);
  check(1, { good: true, 'also good': true, bad: false });
}
