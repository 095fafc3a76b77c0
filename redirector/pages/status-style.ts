import { Markup } from "./markup";

/**
 * The page's colours, light and dark. Text has a contrast of at least 4.5 with its background; shapes and the borders of
 * controls have at least 3 (WCAG 2.2, 1.4.3 and 1.4.11). A test checks this.
 */
export const palette = {
  light: {
    page: "#f4f6f8",
    surface: "#ffffff",
    text: "#18202b",
    muted: "#566273",
    line: "#dfe4ea",
    control: "#78849a",
    land: "#dde4ea",
    accent: "#2059b0",
    "on-accent": "#ffffff",
    tint: "#eaf1fb",
    amber: "#8f5600",
    violet: "#7a3fb0",
    red: "#b3261e",
    gray: "#5f6b7a",
  },
  dark: {
    page: "#10151b",
    surface: "#171e26",
    text: "#e4e9ef",
    muted: "#9ba8b7",
    line: "#2a3440",
    control: "#6d7b8d",
    land: "#2b3743",
    accent: "#7db4ff",
    "on-accent": "#0d1722",
    tint: "#1c2a3d",
    amber: "#edb04f",
    violet: "#c79bf2",
    red: "#ff8b80",
    gray: "#a0acba",
  },
} as const;

function variables(colours: Readonly<Record<string, string>>): string {
  return Object.entries(colours)
    .map(([name, colour]) => `--${name}:${colour};`)
    .join("");
}

const rules = `
:root{${variables(palette.light)}color-scheme:light dark}
@media (prefers-color-scheme:dark){:root{${variables(palette.dark)}}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{
  margin:0 auto;max-width:76rem;padding:2.5rem 1.5rem 3rem;background:var(--page);color:var(--text);
  font:1rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue","Noto Sans",sans-serif;
  font-variant-numeric:tabular-nums;overflow-wrap:anywhere
}
h1,h2,p,ul,dl,dd,figure{margin:0;padding:0}
h1{font-size:1.875rem;line-height:1.2;font-weight:650;letter-spacing:-.02em}
h2{font-size:1.125rem;line-height:1.3;font-weight:650;letter-spacing:-.01em;margin-bottom:.75rem}
ul{list-style:none}
a{color:var(--accent);text-underline-offset:.18em;text-decoration-thickness:1px}
a:hover{text-decoration-thickness:2px}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px;border-radius:.25rem}
small{display:block;font-size:.8125rem;line-height:1.45;color:var(--muted)}
.definitions{position:absolute;width:0;height:0}
.icon{width:.8em;height:.8em;margin-right:.45em;fill:currentColor;vertical-align:-.03em;flex:none}
.cut{fill:var(--surface);stroke:none}
.ring{fill:none;stroke:currentColor;stroke-width:.25}
.active,.origin{color:var(--accent)}
.draining{color:var(--amber)}
.probing{color:var(--violet)}
.open,.old{color:var(--red)}
.retired,.undeployed{color:var(--gray)}
.here{color:var(--text)}

header{margin-bottom:1.75rem}
.project{font-weight:600;margin-bottom:.25rem}
.verdict{margin-top:.75rem;font-size:1.0625rem;font-weight:600}
.time{margin-top:.25rem;color:var(--muted);font-size:.875rem}
.card{
  background:var(--surface);border:1px solid var(--line);border-radius:.75rem;padding:1.25rem 1.5rem 1.5rem;
  margin-bottom:1.25rem;min-width:0
}
.summary{display:flex;flex-wrap:wrap;gap:.75rem;margin-bottom:1.25rem}
.summary div{
  flex:1 1 8.5rem;background:var(--surface);border:1px solid var(--line);border-radius:.75rem;padding:.75rem 1rem
}
.summary dt{font-size:.8125rem;color:var(--muted)}
.summary dd{font-size:1.5rem;line-height:1.25;font-weight:600;letter-spacing:-.01em}
.summary .none dd,.summary .none .icon{color:var(--muted)}

.map{display:block;width:100%;height:auto;overflow:visible}
.land{fill:var(--land)}
.map a{color:inherit}
.map use{fill:currentColor;stroke:var(--surface);stroke-width:.16}
.map a:hover{color:var(--text)}
.legend{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;margin:1rem 0 .5rem;font-size:.875rem}
figcaption p{font-size:.8125rem;color:var(--muted)}

.columns{display:grid;grid-template-columns:minmax(0,3fr) minmax(0,2fr);gap:0 1.25rem;align-items:start}
form{display:flex;flex-wrap:wrap;gap:.75rem;align-items:flex-end}
form div{flex:1 1 13rem;min-width:0}
label{display:block;font-size:.8125rem;font-weight:600;margin-bottom:.25rem}
input,button{font:inherit;width:100%;min-height:2.75rem;border-radius:.5rem;padding:.5rem .75rem}
input{background:var(--page);color:var(--text);border:1px solid var(--control)}
input::placeholder{color:var(--muted);opacity:1}
button{width:auto;border:1px solid var(--accent);background:var(--accent);color:var(--on-accent);font-weight:600;padding:.5rem 1.25rem;cursor:pointer}
button:hover{filter:brightness(1.1)}
.outcome{margin-top:1.25rem;border-top:1px solid var(--line);padding-top:1.25rem}
.answer{font-size:1.125rem}
.code{
  display:inline-block;margin-left:.35rem;padding:.05rem .5rem;border-radius:1rem;background:var(--tint);
  font-size:.8125rem;vertical-align:.08em
}
.location,.typed,.checksum{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.8125rem}
.typed{font-weight:400}
.location{margin:.25rem 0 .75rem}
details{margin-top:.75rem}
summary{cursor:pointer;padding:.25rem 0;font-weight:600;font-size:.875rem;color:var(--accent)}
.notice{display:flex;font-size:.875rem;margin-bottom:1rem}
.notice .icon{color:var(--red);margin-top:.35em}

.troubles li{display:flex;font-size:.875rem;padding:.5rem 0;border-top:1px solid var(--line)}
.troubles li:first-child{border-top:0;padding-top:0}
.troubles li:last-child{padding-bottom:0}
.troubles .icon{margin-top:.35em}
.troubles span{color:var(--muted);margin-left:.35rem}
.facts div{display:flex;gap:1rem;padding:.4rem 0;border-top:1px solid var(--line);font-size:.875rem}
.facts div:first-child{border-top:0;padding-top:0}
.facts dt{flex:0 0 5.5rem;color:var(--muted)}
.facts small{display:inline-block;margin-left:.25rem}

table{width:100%;border-collapse:collapse;font-size:.875rem}
caption{text-align:left;font-size:.8125rem;color:var(--muted);padding-bottom:.5rem}
.facts+table{margin-top:1.25rem}
.answer~table{margin-top:1rem}
th,td{text-align:left;vertical-align:top;padding:.4rem .75rem .4rem 0;border-top:1px solid var(--line);font-weight:400}
th:last-child,td:last-child{padding-right:0}
thead th{border-top:0;border-bottom:1px solid var(--control);font-size:.8125rem;font-weight:600;color:var(--muted);vertical-align:bottom}
tbody tr:first-child>*{border-top:0}
.old{white-space:nowrap;font-weight:600;margin-left:.5rem}
.reasons td:first-child{color:var(--muted)}
.reasons thead th:first-child{width:4.25rem}
.reasons thead th:nth-child(2){width:38%}
dd time,td>time,.mirrors td:nth-child(n+3){white-space:nowrap}
.chosen>*{background:var(--tint)}
.chosen td:last-child{padding-right:.5rem}
.chosen td:first-child{box-shadow:inset 3px 0 var(--accent);padding-left:.75rem}
.chosen th{font-weight:600}
.mirrors th:first-child{width:34%}
.mirrors th:nth-child(n+4),.mirrors td:nth-child(n+4){text-align:right}
.mirrors tr:target>*{background:var(--tint)}
.mirrors [scope=row]{padding-left:1rem}
.provider th{padding-top:1.5rem;font-size:1rem;font-weight:650;border-bottom:1px solid var(--line)}
.provider span{margin-left:.5rem;font-weight:400;font-size:.875rem;color:var(--muted)}
.bar{width:7.5rem;height:.5rem;margin-left:.75rem;fill:var(--line);vertical-align:.05em}
.part{fill:var(--accent)}
tr{scroll-margin-top:1rem}
footer{color:var(--muted);font-size:.8125rem;margin-top:.5rem}

@media (max-width:56rem){.columns{grid-template-columns:minmax(0,1fr)}}
@media (max-width:40rem){
  body{padding:1.5rem .75rem 2rem}
  .card{padding:1rem .75rem;border-radius:.625rem}
  h1{font-size:1.5rem}
  .summary{display:grid;grid-template-columns:repeat(6,minmax(0,1fr));gap:.5rem}
  .summary div{grid-column:span 3;padding:.625rem .75rem}
  .summary div:nth-child(-n+3){grid-column:span 2}
  .summary div:last-child{grid-column:1/-1}
  .map a use{transform:scale(1.7)}
  th,td{padding-right:.375rem}
  .reasons,.mirrors th,.mirrors td{font-size:.8125rem}
  .reasons thead th:first-child{width:3.25rem}
  .mirrors{table-layout:fixed}
  .mirrors td:nth-child(n+3){font-size:.75rem}
  .mirrors thead th{overflow-wrap:normal;font-size:.6875rem}
  .mirrors thead th:nth-child(2){width:23%}
  .mirrors thead th:nth-child(3){width:13%}
  .mirrors thead th:nth-child(n+4){width:16%}
  .mirrors small{font-size:.75rem}
  .mirrors [scope=row]{padding-left:0}
  .bar{display:none}
}
@media (prefers-reduced-motion:no-preference){html{scroll-behavior:smooth}}
@media (forced-colors:active){.icon,.map use,.part{forced-color-adjust:none}.cut{fill:Canvas}}
@media print{body{max-width:none;padding:0}form{display:none}}
`;

/** The page's style: the content of its only `<style>`, whose hash is in the policy. Without line breaks. */
export const statusStyle = new Markup(rules.replace(/\n\s*/g, ""));
