/* parity
title: how thresholds may be written: spaces, quotes in selectors, numbers, many on one metric
points: 3
exit: 99
*/
import { Counter, Trend } from 'k6/metrics';

const counter = new Counter('my_counter');
const trend = new Trend('my_trend');

export const options = {
  thresholds: {
    my_counter: ['count  >=  1e0', 'count<1e3', 'count!==7', 'count===3', 'count>-1', 'count<=3.0'].filter((t) => !t.includes('!==')),
    'my_counter{tag: with space}': ['count==1'],
    'my_counter{"quoted":"a value"}': ['count==0'],
    "my_counter{single:'x'}": ['count==1'],
    'my_counter{a:1, b:2}': ['count==1'],
    my_trend: ['p(0)==1', 'p(100)==3', 'p(33.333)<3', 'med == 2', 'avg==2'],
    'my_trend{a:1}': ['avg==100'],
  },
};

export default function () {
  counter.add(1, { tag: 'with space', quoted: 'a value' });
  counter.add(1, { a: '1', b: '2', single: 'x' });
  counter.add(1);
  for (const value of [1, 2, 3]) trend.add(value, { a: '1' });
}
