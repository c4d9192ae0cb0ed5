// Whoever has joined already goes on. A link from a mail or a chat brings no cookie along, since the
// cookie is for this place alone; what the page itself asks for does.

import { ask } from "./ask.js";

const { answer } = await ask("joined");
if (answer?.joined) location.replace("/room");
