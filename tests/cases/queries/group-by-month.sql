-- input: orders
select date_trunc('month', ordered_at) as month, count(*) as orders, sum(unit_price) as prices
from input group by 1
