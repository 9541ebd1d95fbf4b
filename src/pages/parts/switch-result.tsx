/**
 * What a switch that acts at once led to. It appears in a live region that stays on the page, so it is announced.
 */
import { Notice, type NoticeTone } from "../../ui/notice.tsx";

export interface TurnedResult {
  tone: NoticeTone;
  text: string;
  points?: string[] | undefined;
}

export function SwitchResult({ result }: { result: TurnedResult | undefined }) {
  if (!result) return null;
  return (
    <Notice tone={result.tone}>
      <p>{result.text}</p>
      {result.points && result.points.length > 0 && (
        <ul>
          {result.points.map((point) => (
            <li>{point}</li>
          ))}
        </ul>
      )}
    </Notice>
  );
}
