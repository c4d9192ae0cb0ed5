// Asks the door, and says what came of it: the status (0 where there was no answer) and the answer.

const PATIENCE = 10000; // ms; a network that has gone says nothing at all

export let late = 0; // ms that the clock of the door is ahead of the one here

const seen = new Map(); // address → [mark, answer] of what was asked before

export async function ask(address, { body, keepalive = false } = {}) {
  const headers = {};
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const before = body === undefined ? seen.get(address) : undefined;
  if (before) headers["If-None-Match"] = before[0];
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), PATIENCE);
  try {
    const answered = await fetch(`/${address}`, {
      method: body === undefined ? "GET" : "POST",
      body: body === undefined ? undefined : JSON.stringify(body),
      headers,
      keepalive,
      cache: "no-store",
      credentials: "same-origin",
      signal: patience.signal,
    });
    const now = Number(answered.headers.get("Vejviser-Now"));
    if (now) late = now - Date.now();
    if (answered.status === 304) return { status: 200, answer: before[1], same: true };
    const answer = await answered.json().catch(() => null);
    const mark = answered.headers.get("Etag");
    if (answered.status === 200 && mark) seen.set(address, [mark, answer]);
    return { status: answered.status, answer };
  } catch {
    return { status: 0, answer: null };
  } finally {
    clearTimeout(timer);
  }
}
