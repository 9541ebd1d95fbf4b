/**
 * Problem details (RFC 9457): the one format in which the API and the webhooks report errors. Must never carry a stack,
 * a secret, or anything that a stranger could use.
 */
export interface FieldError {
  /** The position, e.g. `data.order.lines[0].unit_price`. */
  path: string;
  /** What is wrong and how to fix it. */
  message: string;
}

export interface ProblemInput {
  status: number;
  title: string;
  detail?: string;
  errors?: FieldError[];
  /** A URI that identifies the kind of problem; `about:blank` if the status says it all. */
  type?: string;
  headers?: Record<string, string>;
}

/** The response for a problem, `application/problem+json`. */
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

/** Thrown if a request can't be fulfilled; app.ts turns it into a problem response or a page. */
export class ProblemError extends Error {
  override readonly name = "ProblemError";
  constructor(readonly input: ProblemInput) {
    super(input.detail ?? input.title);
  }
}
