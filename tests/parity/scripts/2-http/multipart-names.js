/* parity
title: multipart bodies: names that would end their place, or the line
points: 2
differs: they are written so that they stay names, where k6 sends them as they are
*/
import http from 'k6/http';
import { say } from '../_lib/answer.js';

export default function () {
  const forms = { quote: { 'q"q': http.file('z', 'z.txt') }, line: { a: http.file('z', 'line\nend.txt') }, field: { 'f\nX-Own: 1': 'y', a: http.file('z') } };
  for (const [name, form] of Object.entries(forms)) {
    const lines = http.post(`${__ENV.BASE_URL}/echo`, form).json('body').split('\r\n');
    say(name, lines.filter((line) => line.startsWith('Content-Disposition')).map((line) => line.replace(/filename="\d+"/, 'filename=""')));
  }
}
