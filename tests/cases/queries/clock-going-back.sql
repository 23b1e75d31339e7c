-- input: orders
-- timezone: Europe/Berlin
select order_id, ordered_at, extract(hour from ordered_at) as hour, extract(day from ordered_at) as day
from input where ordered_at >= '2024-10-26 20:00:00+00' and ordered_at < '2024-10-27 06:00:00+00'
