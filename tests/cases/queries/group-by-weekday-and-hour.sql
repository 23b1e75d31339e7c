-- input: orders
-- timezone: America/New_York
select extract(dow from ordered_at) as weekday, extract(hour from ordered_at) as hour, count(*) as orders
from input group by 1, 2
