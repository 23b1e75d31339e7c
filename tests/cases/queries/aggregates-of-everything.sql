-- input: orders
select count(*) as n, count(note) as notes, count(distinct country) as countries, sum(quantity) as pieces,
       sum(unit_price) as prices, avg(quantity) as mean, min(unit_price) as cheapest, max(unit_price) as dearest,
       stddev(quantity) as deviation, min(ordered_at) as first, max(ordered_at) as last, min(email) as a, max(email) as z
from input
