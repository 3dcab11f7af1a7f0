/* parity
title: redirects to blocked hosts, blacklisted addresses, other schemes and what is no URL
points: 2, 9
*/
import http from 'k6/http';
import { answer, say } from '../_lib/answer.js';

export const options = { blockHostnames: ['blocked.example'], blacklistIPs: ['127.9.0.0/16'] };

export default function () {
  for (const location of ['http://blocked.example/', 'http://127.9.0.1:1/', 'ftp://127.0.0.1/x', 'file:///etc/passwd', 'javascript:1', 'http://nowhere.invalid/', '']) {
    const res = http.get(answer({ status: 302, headers: { Location: location }, body: 'moved' }), { tags: { name: `to ${location}` } });
    say(`to "${location}"`, [res.status, res.error_code, res.error !== '']);
  }
}
