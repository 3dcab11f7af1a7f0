// Nothing at all: what remains is the start and the end of the tool.

export default function () {}
