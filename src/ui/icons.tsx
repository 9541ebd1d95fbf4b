/**
 * The few small drawings next to words. They never appear alone, so each is hidden from screen readers.
 */
const PATHS = {
  dashboard: "M3 3h6v8H3zM11 3h6v5h-6zM11 10h6v7h-6zM3 13h6v4H3z",
  invoice: "M5 2h10v16l-2.5-1.5L10 18l-2.5-1.5L5 18zM7.5 6.5h5M7.5 9.5h5M7.5 12.5h3",
  box: "M3 6.5 10 3l7 3.5v7L10 17l-7-3.5zM3 6.5l7 3.5 7-3.5M10 10v7",
  pulse: "M2 10h4l2.5-6 3.5 12 2.5-6H18",
  plug: "M7 2v4M13 2v4M5 6h10v3a5 5 0 0 1-10 0zM10 14v4",
  stack: "M10 3l7 4-7 4-7-4zM3 11l7 4 7-4",
  bell: "M5 14V9a5 5 0 0 1 10 0v5l1.5 1.5h-13zM8.5 15.5a1.5 1.5 0 0 0 3 0M10 2.5V4",
  key: "M12.5 3a4.5 4.5 0 1 0 .01 0M9.5 10.5 3 17M5 15l2 2",
  people: "M7.5 4a3 3 0 1 0 .01 0M2.5 17a5 5 0 0 1 10 0M13 4.5a2.5 2.5 0 0 1 0 5M14.5 12a4.5 4.5 0 0 1 3 5",
  clock: "M10 3a7 7 0 1 0 .01 0M10 6v4.2l3 1.8",
  inbox: "M3 11V4h14v7M3 11h4l1.5 2.5h3L13 11h4v6H3z",
  help: "M10 3a7 7 0 1 0 .01 0M8 8a2 2 0 1 1 2.8 1.9c-.5.2-.8.6-.8 1.1v.5M10 13.6v.1",
  check: "M4 10.5l4 4 8-9",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 20 20" width="18" height="18" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
