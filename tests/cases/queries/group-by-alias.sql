-- input: orders
select left(product, 1) as initial, count(*) as orders, min(product) as first, max(product) as last
from input group by initial
