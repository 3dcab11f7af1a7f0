// 100 requests at once over the VU's one HTTP/2 connection, again and again.
import http from 'k6/http';

export const options = {
  vus: 1,
  batch: 100,
  batchPerHost: 100,
  discardResponseBodies: true,
  httpVersion: '2-prior-knowledge',
};

const requests = new Array(100).fill(['GET', __ENV.TARGET]);

export default function () {
  http.batch(requests);
}
