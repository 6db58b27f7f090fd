"""How the scorecard's page looks: one narrow column, light or dark, and on paper."""

STYLE = """
:root{--ink:#1a1a1a;--soft:#595959;--paper:#fff;--line:#d5d5d5;--fill:#f3f3f1;--link:#0b57a4}
@media (prefers-color-scheme:dark){:root{--ink:#ececec;--soft:#b3b3b3;--paper:#161616;
--line:#444;--fill:#242424;--link:#8ec1ff}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);
font:1rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
main{max-width:58rem;margin:0 auto;padding:1.25rem 1rem 3rem;overflow-wrap:anywhere}
h1{font-size:1.6rem;line-height:1.2;margin:0}
h2{font-size:1.15rem;margin:2.2rem 0 .6rem;padding-top:.6rem;border-top:1px solid var(--line)}
p{margin:.3rem 0}
a{color:var(--link)}
.about,.source,figcaption,small,footer,.gate{color:var(--soft)}
.short{font-size:1.15rem;margin:.8rem 0 .3rem;font-weight:600}
.ledger{list-style:none;display:flex;flex-wrap:wrap;gap:.5rem;margin:1.2rem 0;padding:0}
.ledger li{background:var(--fill);border:1px solid var(--line);border-radius:.4rem;
padding:.3rem .7rem}
.ledger li:first-child{border-color:var(--ink)}
.ledger .none{color:var(--soft)}
figure{margin:1.5rem 0}
figure svg{display:block;width:100%;height:auto;background:#fff;border:1px solid var(--line);
border-radius:.4rem}
figure.narrow svg{max-width:36rem}
figcaption{font-size:.9rem;margin-top:.4rem}
table{border-collapse:collapse;width:100%}
th,td{text-align:left;vertical-align:top;padding:.35rem .8rem .35rem 0;
border-bottom:1px solid var(--line)}
thead th{font-size:.85rem;font-weight:600;color:var(--soft)}
tbody th{font-weight:600}
dl{margin:0;display:grid;grid-template-columns:13rem 1fr;column-gap:1.2rem}
dt{font-weight:600;padding:.5rem 0;border-top:1px solid var(--line)}
dd{margin:0;padding:.5rem 0;border-top:1px solid var(--line)}
dl>:nth-child(-n+2){border-top:0}
details{font-size:.88rem;color:var(--soft);margin-top:.15rem}
summary{cursor:pointer;width:fit-content}
.forecasts{padding:0;margin:1rem 0;list-style:none}
.forecasts li{border-top:1px solid var(--line);padding:.8rem 0;break-inside:avoid}
blockquote{margin:.4rem 0;padding-left:.8rem;border-left:.2rem solid var(--line);
font-style:italic}
.outcome{font-weight:600}
footer{margin-top:2.5rem;padding-top:.8rem;border-top:1px solid var(--line);font-size:.9rem}
@media screen and (max-width:40rem){
dl{display:block}dd{border-top:0;padding-top:0}
figure{overflow-x:auto}figure:not(.narrow) svg{min-width:38rem}
thead{display:none}tr,tbody th,td{display:block;border:0;padding:0}
tr{border-bottom:1px solid var(--line);padding:.4rem 0}
td[data-head]::before{content:attr(data-head);color:var(--soft)}
h1{font-size:1.35rem}
}
@media print{
:root{--ink:#000;--soft:#333;--paper:#fff;--line:#999;--fill:#fff;--link:#000}
body{font-size:10pt}main{max-width:none;padding:0}
details{display:none}h2{break-after:avoid}figure,tr,dd{break-inside:avoid}
a[href]::after{content:" (" attr(href) ")";font-size:8pt}
}
"""
