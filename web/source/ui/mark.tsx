/** The mark of Chappe: the optical telegraph's beam with its two arms. */

export function Mark({ size = 72 }: { size?: number }) {
  return (
    <svg class="mark" viewBox="0 0 64 64" width={size} height={size} aria-hidden="true">
      <rect x="2" y="2" width="60" height="60" rx="16" class="mark-field" />
      <path class="mark-mast" d="M32 32v22" />
      <path class="mark-beam" d="M18 22 46 34" />
      <path class="mark-arm" d="M18 22V12M46 34v12" />
      <circle cx="32" cy="28" r="3.4" class="mark-hub" />
    </svg>
  )
}
