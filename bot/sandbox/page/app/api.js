// Requests to the sandbox, with the secret of this run (contract: bot/sandbox/page_api.py).

const KEY = "salon.secret";
let secret = location.hash.slice(1) || sessionStorage.getItem(KEY) || "";
let member = "";

sessionStorage.setItem(KEY, secret);

/** A refusal by the sandbox; its message is one sentence to show. */
export class Refused extends Error {
  constructor(message, status) {
    super(message);
    this.status = status;
  }
}

export const currentSecret = () => secret;

export function actAs(userId) {
  member = userId;
}

/** Send a request; return the JSON of the answer. Throws Refused, or TypeError where nobody answers. */
export async function call(method, path, body = undefined, files = []) {
  const response = await fetch(`/_sandbox${path}`, { method, headers: headers(body, files), body: encoded(body, files) });
  if (response.status === 204) return null;
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Refused(answer.error ?? `The sandbox answered ${response.status}.`, response.status);
  return answer;
}

/** Do something as the acting member. */
export const act = (method, path, body, files) => call(method, `/as/${member}/${path}`, body, files);

/** Exchange the secret of an earlier run for this run's; return whether it was taken. */
export async function renewSecret() {
  try {
    secret = (await call("POST", "/secret")).secret;
  } catch (error) {
    if (error instanceof Refused) return false;
    throw error;
  }
  sessionStorage.setItem(KEY, secret);
  history.replaceState(null, "", `#${secret}`);
  return true;
}

function headers(body, files) {
  const own = { Authorization: `Bearer ${secret}` };
  return body === undefined || files.length ? own : { ...own, "Content-Type": "application/json" };
}

function encoded(body, files) {
  if (body === undefined) return undefined;
  if (!files.length) return JSON.stringify(body);
  const form = new FormData();
  form.append("payload_json", JSON.stringify(body));
  files.forEach((file, index) => form.append(`files[${index}]`, file, file.name));
  return form;
}
