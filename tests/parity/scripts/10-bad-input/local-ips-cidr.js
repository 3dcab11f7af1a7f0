/* parity
title: K6_LOCAL_IPS that is none: cidr
points: 9, 10
env: K6_LOCAL_IPS=1.2.3.4/40
exit: 104
says: parseCIDR() failed parsing 1.2.3.4/40
*/
export default function () {}
