export default 1; throw new Error('at the top of a module');
