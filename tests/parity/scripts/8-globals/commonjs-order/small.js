console.log('small runs');
export const value = 1;
