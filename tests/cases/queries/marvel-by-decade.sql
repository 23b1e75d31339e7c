-- input: marvel
select "Year" - "Year" % 10 as decade, count(*) as n, avg("APPEARANCES") as mean, count(distinct "EYE") as eyes
from input where "Year" is not null group by 1 having count(*) > 100
