/**
 * Next and Previous through a keyset; there are no page numbers, because rows arrive while people read.
 */
interface PaginationProps {
  /** The navigation's accessible name. */
  label: string;
  previous: string | null;
  /** Shown if there is no way one page back, only to the start. */
  previousLabel?: string;
  next: string | null;
}

export function Pagination({ label, previous, previousLabel = "Previous", next }: PaginationProps) {
  if (!previous && !next) return null;
  return (
    <nav class="pagination" aria-label={label}>
      {previous ? (
        <a class="button" rel="prev" href={previous}>
          {previousLabel}
        </a>
      ) : (
        <span />
      )}
      {next && (
        <a class="button" rel="next" href={next}>
          Next
        </a>
      )}
    </nav>
  );
}
