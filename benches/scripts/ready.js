// Every VU says when its first iteration starts, as time since the tool was started, and then
// holds until all have.

import { sleep } from 'k6';
import { Trend } from 'k6/metrics';

const started = new Trend('vu_started_ms');

export const options = {
  scenarios: {
    hold: {
      executor: 'per-vu-iterations',
      vus: Number(__ENV.VUS),
      iterations: 1,
      maxDuration: '5m',
    },
  },
};

export default function () {
  started.add(Date.now() - Number(__ENV.STARTED_MS));
  sleep(Number(__ENV.HOLD_S));
}
