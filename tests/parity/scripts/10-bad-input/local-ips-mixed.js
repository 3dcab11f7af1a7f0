/* parity
title: K6_LOCAL_IPS that is none: mixed
points: 9, 10
env: K6_LOCAL_IPS=1.2.3.4-::1
exit: 104
says: mixed IP range format: 1.2.3.4-::1
*/
export default function () {}
