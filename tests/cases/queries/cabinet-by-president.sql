-- input: cabinet
select president, count(*) as posts, avg(length) as days, count(*) filter (where gender = 'Female') as women,
       count(length) as ended
from input group by president
