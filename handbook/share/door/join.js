// Whoever has joined already goes on. A link from a mail or a chat brings no cookie along, since the
// cookie is for this place alone; what the page itself asks for does.

import { ask } from "./ask.js";

const { status } = await ask("room/state");
if (status === 200) location.replace("/room");
