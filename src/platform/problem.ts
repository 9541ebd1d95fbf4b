/**
 * Problems as RFC 9457 describes them: the one shape in which the API and the webhooks say what is wrong.
 * Must never carry a stack, a secret, or anything that a stranger could use.
 */
export interface FieldError {
  /** Where, e.g. `data.order.lines[0].unit_price`. */
  path: string;
  /** What is wrong and how to mend it. */
  message: string;
}

export interface ProblemInput {
  status: number;
  title: string;
  detail?: string;
  errors?: FieldError[];
  /** A URI that names the kind of problem; `about:blank` where the status says it all. */
  type?: string;
  headers?: Record<string, string>;
}

/** The answer for a problem, `application/problem+json`. */
export function problem({ status, title, detail, errors, type = "about:blank", headers = {} }: ProblemInput): Response {
  const body = {
    type,
    title,
    status,
    ...(detail === undefined ? {} : { detail }),
    ...(errors === undefined ? {} : { errors }),
  };
  return new Response(JSON.stringify(body), {
    status,
    headers: { "content-type": "application/problem+json", "cache-control": "no-store", ...headers },
  });
}

/** Thrown where a request can't be answered; app.ts turns it into a problem or a page. */
export class ProblemError extends Error {
  override readonly name = "ProblemError";
  constructor(readonly input: ProblemInput) {
    super(input.detail ?? input.title);
  }
}
