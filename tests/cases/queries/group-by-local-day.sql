-- input: orders
-- timezone: Europe/Berlin
select ordered_at::date as day, count(*) as orders, min(ordered_at) as first, max(ordered_at) as last
from input
where ordered_at >= '2024-03-29 23:00:00+00' and ordered_at < '2024-04-01 22:00:00+00'
   or ordered_at >= '2024-10-25 22:00:00+00' and ordered_at < '2024-10-28 23:00:00+00'
group by ordered_at::date
