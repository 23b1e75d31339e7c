-- input: cabinet
select president, count(*) as posts, count(*) filter (where gender = 'Female') as women, avg(length(appointee)) as letters,
       count(nullif(end_date, 'Still in office')) as ended, count(distinct position) as positions
from input group by president
