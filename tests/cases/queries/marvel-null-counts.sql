-- input: marvel
select count(*) as n, count("Year") as years, count("GSM") as gsm, count("HAIR") as hair, count("APPEARANCES") as seen,
       count(*) filter (where "ALIVE" is null) as unknown
from input
