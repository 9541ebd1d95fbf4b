/**
 * A stacked bar chart, drawn on the server: successes and failures, bucket by bucket. The drawing is for sighted
 * people; a table gives screen readers the same figures. Sizes are attributes, never inline styles.
 */
export interface Bucket {
  label: string;
  good: number;
  bad: number;
}

export interface ChartProps {
  title: string;
  goodLabel: string;
  badLabel: string;
  buckets: Bucket[];
}

const WIDTH = 720;
const HEIGHT = 180;
const BASE = 150;
const TOP = 12;
const LEFT = 40;
const BAR_GAP_SHARE = 0.3;
const MAX_LABELS = 8;

export function BarChart({ title, goodLabel, badLabel, buckets }: ChartProps) {
  const highest = niceCeiling(Math.max(1, ...buckets.map((bucket) => bucket.good + bucket.bad)));
  const step = (WIDTH - LEFT) / Math.max(1, buckets.length);
  const height = (count: number) => ((BASE - TOP) * count) / highest;
  const labelEvery = Math.max(1, Math.ceil(buckets.length / MAX_LABELS));
  return (
    <figure class="chart">
      <figcaption>
        <span>{title}</span>
        <span class="legend">
          <span class="key key-good" /> {goodLabel}
          <span class="key key-bad" /> {badLabel}
        </span>
      </figcaption>
      <div class="chart-scroll" role="region" aria-label={`${title}, drawing`} tabindex={0}>
        <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true" focusable="false">
          {[0, 0.5, 1].map((share) => (
            <g>
              <line
                class="grid"
                x1={LEFT}
                x2={WIDTH}
                y1={BASE - (BASE - TOP) * share}
                y2={BASE - (BASE - TOP) * share}
              />
              <text class="axis" x={LEFT - 8} y={BASE - (BASE - TOP) * share + 4} text-anchor="end">
                {share === 0.5 && highest % 2 === 1 ? "" : Math.round(highest * share)}
              </text>
            </g>
          ))}
          {buckets.map((bucket, index) => {
            const x = LEFT + index * step + (step * BAR_GAP_SHARE) / 2;
            const width = step * (1 - BAR_GAP_SHARE);
            return (
              <g>
                <title>{`${bucket.label}: ${bucket.good} ${goodLabel}, ${bucket.bad} ${badLabel}`}</title>
                <rect
                  class="bar-good"
                  x={round(x)}
                  width={round(width)}
                  y={round(BASE - height(bucket.good))}
                  height={round(height(bucket.good))}
                />
                <rect
                  class="bar-bad"
                  x={round(x)}
                  width={round(width)}
                  y={round(BASE - height(bucket.good + bucket.bad))}
                  height={round(height(bucket.bad))}
                />
                {index % labelEvery === 0 && (
                  <text class="axis" x={round(x + width / 2)} y={BASE + 18} text-anchor="middle">
                    {bucket.label}
                  </text>
                )}
              </g>
            );
          })}
        </svg>
      </div>
      <table class="visually-hidden">
        <caption>{title}</caption>
        <thead>
          <tr>
            <th scope="col">When</th>
            <th scope="col">{goodLabel}</th>
            <th scope="col">{badLabel}</th>
          </tr>
        </thead>
        <tbody>
          {buckets.map((bucket) => (
            <tr>
              <th scope="row">{bucket.label}</th>
              <td>{bucket.good}</td>
              <td>{bucket.bad}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </figure>
  );
}

/** The next number that reads well on an axis: 1, 2 or 5 times a power of ten. */
export function niceCeiling(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const factor = [1, 2, 5, 10].find((candidate) => candidate * power >= value) ?? 10;
  return factor * power;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
