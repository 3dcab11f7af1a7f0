/* parity
title: K6_LOCAL_IPS that is none: backwards
points: 9, 10
env: K6_LOCAL_IPS=127.0.0.5-127.0.0.1
exit: 104
says: negative IP range: 127.0.0.5-127.0.0.1
*/
export default function () {}
