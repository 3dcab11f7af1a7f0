/* parity
title: option tlsAuth with a wrong password
points: 9, 10
exit: 104
says: password
*/
export const options = {
  tlsAuth: [{ cert: open('./client.pem'), key: open('./client.encrypted.key'), password: 'wrong' }],
};

export default function () {}
