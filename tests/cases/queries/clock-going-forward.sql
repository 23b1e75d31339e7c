-- input: orders
-- timezone: Europe/Berlin
select order_id, ordered_at, ordered_at::date as day, extract(hour from ordered_at) as hour,
       ordered_at + interval '1 day' as tomorrow
from input where ordered_at >= '2024-03-30 12:00:00+00' and ordered_at < '2024-03-31 12:00:00+00'
