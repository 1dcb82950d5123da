import { paletteCss } from '../palette/index.js';

/** How a campaign's page looks, in light and dark. */
export const STYLE = `
${paletteCss()}
:root { --file: var(--series-1); --filtered: var(--muted); --ring: var(--series-2); --mirror: var(--bad); --unexplained: var(--series-5); }
body { margin: 0; background: var(--page); color: var(--text); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 1180px; margin: 0 auto; padding: 24px 16px 64px; }
h1 { font-size: 22px; margin: 0 0 12px; } h2 { font-size: 18px; margin: 36px 0 4px; } h3 { font-size: 15px; margin: 24px 0 4px; }
.muted, .small { color: var(--muted); } ul { margin: 4px 0; padding-left: 20px; } p { margin: 4px 0 10px; }
.tiles { display: grid; grid-template-columns: repeat(auto-fill, minmax(130px, 1fr)); gap: 8px; }
.tile { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 8px 12px; }
.tile b { display: block; font-size: 16px; font-weight: 600; white-space: nowrap; } .tile span { color: var(--muted); font-size: 13px; }
.legend { margin: 14px 0 0; font-size: 13px; color: var(--muted); display: flex; flex-wrap: wrap; gap: 4px 14px; }
.legend i { display: inline-block; width: 11px; height: 11px; border-radius: 2px; margin-right: 5px; vertical-align: -1px; }
i.file, i.complete { background: var(--file); } i.filtered { background: var(--filtered); }
i.ring, i.partial { background: var(--ring); } i.mirror, i.failed, i.lostkey { background: var(--mirror); }
i.unexplained { background: var(--unexplained); } i.emptykey { background: var(--file); opacity: 0.35; } i.gapkey { background: var(--page); outline: 1px dashed var(--mirror); } i.bandkey { background: var(--band); outline: 1px solid var(--line); }
.badge { font-size: 12px; font-weight: 500; border-radius: 10px; padding: 2px 9px; margin-left: 6px; color: var(--page); background: var(--muted); }
.badge.completed { background: var(--good); } .badge.degraded, .badge.interrupted, .badge.held { background: var(--warn); }
.badge.failed, .badge.abandoned { background: var(--bad); }
svg { width: 100%; height: auto; margin: 6px 0; font: 12px system-ui, sans-serif; } svg text { fill: var(--text); }
svg .small { font-size: 10.5px; fill: var(--muted); } svg .mark { text-anchor: middle; } svg .last { text-anchor: end; } svg .empty { opacity: 0.35; }
svg .lane, svg .tick { stroke: var(--line); } svg .band { fill: var(--band); }
svg .window { rx: 2px; } svg .complete { fill: var(--file); } svg .partial { fill: var(--ring); } svg .failed { fill: none; stroke: var(--mirror); }
svg .gap { fill: var(--page); stroke: var(--mirror); stroke-dasharray: 3 2; }
svg .lost { fill: var(--mirror); pointer-events: none; }
.scroll { overflow-x: auto; } table { border-collapse: collapse; width: 100%; font-size: 13px; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: 3px 10px 3px 0; border-bottom: 1px solid var(--line); white-space: nowrap; }
th { color: var(--muted); font-weight: 500; } td:last-child, th:last-child { padding-right: 0; }
.bar { display: flex; width: 160px; height: 10px; border-radius: 3px; overflow: hidden; } .bar i { display: block; height: 100%; }
.pair { display: grid; grid-template-columns: 2fr 3fr; gap: 28px; } @media (max-width: 800px) { .pair { grid-template-columns: 1fr; } }
`;
