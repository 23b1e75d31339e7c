-- input: tweets
select date_trunc('hour', created_at) as hour, count(*) as tweets, count(distinct screen_name) as people
from input group by 1 order by hour limit 6
