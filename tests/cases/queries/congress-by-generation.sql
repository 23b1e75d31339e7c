-- input: congress
select generation, count(*) as seats, avg(age_years) as age, min(birthday) as eldest, max(birthday) as youngest
from input group by generation
