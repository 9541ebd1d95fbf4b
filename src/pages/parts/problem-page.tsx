/**
 * The page for what went wrong: not found, not allowed, not configured, our own fault. It must work when nothing else
 * does: it reads no table and no configuration.
 */
import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { SupportDetails } from "./support-details.tsx";
import { NarrowFrame } from "../../ui/layout.tsx";
import { respondWithPage } from "../../ui/respond.tsx";

export interface ProblemPageProps {
  status: ContentfulStatusCode;
  title: string;
  detail?: string | undefined;
  /** One line each, e.g. every variable that is not set. */
  points?: string[] | undefined;
  /** What the log calls this fault, for a person to quote when asking for help. */
  reference?: string | undefined;
}

/** Responds with the page, in the frame without navigation. */
export function problemPage(c: Context, nonce: string, props: ProblemPageProps): Promise<Response> {
  return respondWithPage(c, nonce, <ProblemPage {...props} />, props.status);
}

function ProblemPage({ title, detail, points = [], reference }: ProblemPageProps) {
  return (
    <NarrowFrame title={title}>
      <h1>{title}</h1>
      {detail && <p>{detail}</p>}
      {points.length > 0 && (
        <ul>
          {points.map((point) => (
            <li>{point}</li>
          ))}
        </ul>
      )}
      {reference && (
        <>
          <p class="muted">
            Reference: <code>{reference}</code>
          </p>
          <SupportDetails
            id="support-details"
            supportUrl={null}
            facts={[
              ["Problem", title],
              ["Reference", reference],
            ]}
          />
        </>
      )}
      <p>
        <a href="/">Go to the dashboard</a>
      </p>
    </NarrowFrame>
  );
}
