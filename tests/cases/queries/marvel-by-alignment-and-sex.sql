-- input: marvel
select "ALIGN", "SEX", count(*) as n, sum("APPEARANCES") as appearances, min("Year") as since
from input group by "ALIGN", "SEX"
